package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DataType;
import io.tidemark.sql.ast.StringLiteral;
import java.util.ArrayList;
import java.util.List;

/// Reads data types, synonyms resolved. Confined to one thread.
final class DataTypeParser {
  private final Tokens tokens;
  private String name = "";
  private long length = -1;
  private int scale = -1;
  private boolean unsigned;
  private boolean zerofill;
  private String charset = "";
  private String collation = "";
  private boolean binary;
  private final List<StringLiteral> values = new ArrayList<>();

  private DataTypeParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /// The type of a column, with the attributes that belong to it.
  static DataType columnType(Tokens tokens) {
    DataTypeParser parser = new DataTypeParser(tokens);
    parser.column();
    return parser.result();
  }

  /// The type of CAST and CONVERT.
  static DataType castType(Tokens tokens) {
    DataTypeParser parser = new DataTypeParser(tokens);
    parser.cast();
    return parser.result();
  }

  private DataType result() {
    return new DataType(
        name, length, scale, unsigned, zerofill, charset, collation, binary, values);
  }

  private void cast() {
    String word = tokens.word();
    tokens.advance();
    switch (word) {
      case "SIGNED", "UNSIGNED" -> {
        name = word;
        if (!tokens.tryWord("INTEGER")) {
          tokens.tryWord("INT");
        }
      }
      case "CHAR", "CHARACTER" -> {
        name = "CHAR";
        lengthOnly();
        charsetAttributes();
      }
      case "NCHAR" -> {
        name = "CHAR";
        charset = "utf8mb3";
        lengthOnly();
      }
      case "BINARY" -> {
        name = "BINARY";
        lengthOnly();
      }
      case "DECIMAL", "DEC" -> {
        name = "DECIMAL";
        lengthAndScale();
      }
      case "DATE", "YEAR" -> name = word;
      case "DATETIME", "TIME" -> {
        name = word;
        lengthOnly();
      }
      case "DOUBLE" -> {
        name = "DOUBLE";
        tokens.tryWord("PRECISION");
      }
      case "REAL" -> name = "DOUBLE";
      case "FLOAT" -> {
        name = "FLOAT";
        lengthOnly();
      }
      case "JSON" -> throw Tokens.unsupported("CAST .. AS JSON");
      default -> {
        tokens.resetTo(tokens.mark() - 1);
        throw tokens.syntaxError();
      }
    }
  }

  private void column() {
    if (tokens.kind() != TokenKind.WORD) {
      throw tokens.syntaxError();
    }
    String word = tokens.word();
    int mark = tokens.mark();
    tokens.advance();
    switch (word) {
      case "TINYINT", "INT1" -> integer("TINYINT");
      case "SMALLINT", "INT2" -> integer("SMALLINT");
      case "MEDIUMINT", "INT3", "MIDDLEINT" -> integer("MEDIUMINT");
      case "INT", "INTEGER", "INT4" -> integer("INT");
      case "BIGINT", "INT8" -> integer("BIGINT");
      case "BOOL", "BOOLEAN" -> {
        name = "TINYINT";
        length = 1;
      }
      case "DECIMAL", "DEC", "NUMERIC", "FIXED" -> number("DECIMAL");
      case "FLOAT", "FLOAT4" -> number("FLOAT");
      case "DOUBLE", "FLOAT8" -> {
        tokens.tryWord("PRECISION");
        number("DOUBLE");
      }
      case "REAL" -> number("DOUBLE");
      case "BIT", "YEAR", "DATETIME", "TIMESTAMP", "TIME" -> {
        name = word;
        lengthOnly();
      }
      case "DATE", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "JSON", "SERIAL" -> name = word;
      case "BINARY", "VARBINARY", "BLOB" -> {
        name = word;
        lengthOnly();
      }
      case "ENUM", "SET" -> {
        name = word;
        members();
        charsetAttributes();
      }
      default -> {
        if (!text(word)) {
          tokens.resetTo(mark);
          throw tokens.syntaxError();
        }
      }
    }
  }

  private boolean text(String word) {
    switch (word) {
      case "CHAR", "CHARACTER" -> name = tokens.tryWord("VARYING") ? "VARCHAR" : "CHAR";
      case "VARCHAR", "VARCHARACTER" -> name = "VARCHAR";
      case "NCHAR" -> {
        name = tokens.tryWord("VARCHAR") || tokens.tryWord("VARYING") ? "VARCHAR" : "CHAR";
        charset = "utf8mb3";
      }
      case "NVARCHAR" -> {
        name = "VARCHAR";
        charset = "utf8mb3";
      }
      case "NATIONAL" -> {
        String kind = tokens.word();
        tokens.advance();
        boolean varying = kind.equals("VARCHAR") || tokens.tryWord("VARYING");
        name = varying ? "VARCHAR" : "CHAR";
        charset = "utf8mb3";
      }
      case "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT" -> name = word;
      case "LONG" -> {
        if (tokens.tryWord("VARBINARY")) {
          name = "MEDIUMBLOB";
          return true;
        }
        tokens.tryWord("VARCHAR");
        name = "MEDIUMTEXT";
      }
      default -> {
        return false;
      }
    }
    lengthOnly();
    charsetAttributes();
    return true;
  }

  private void integer(String canonical) {
    name = canonical;
    lengthOnly();
    signAttributes();
  }

  private void number(String canonical) {
    name = canonical;
    lengthAndScale();
    signAttributes();
  }

  private void lengthOnly() {
    if (tokens.trySymbol("(")) {
      length = Names.integer(tokens);
      tokens.expectSymbol(")");
    }
  }

  private void lengthAndScale() {
    if (tokens.trySymbol("(")) {
      length = Names.integer(tokens);
      if (tokens.trySymbol(",")) {
        scale = (int) Math.min(Names.integer(tokens), Integer.MAX_VALUE);
      }
      tokens.expectSymbol(")");
    }
  }

  private void signAttributes() {
    while (true) {
      if (tokens.tryWord("UNSIGNED")) {
        unsigned = true;
      } else if (tokens.tryWord("ZEROFILL")) {
        zerofill = true;
        unsigned = true;
      } else if (!tokens.tryWord("SIGNED")) {
        return;
      }
    }
  }

  private void members() {
    tokens.expectSymbol("(");
    do {
      values.add(Names.string(tokens));
    } while (tokens.trySymbol(","));
    tokens.expectSymbol(")");
  }

  private void charsetAttributes() {
    while (true) {
      if (tokens.isWord("CHARACTER") && tokens.isWord(1, "SET")) {
        tokens.advance();
        tokens.advance();
        charset = Names.charsetName(tokens);
      } else if (tokens.tryWord("CHARSET")) {
        charset = Names.charsetName(tokens);
      } else if (tokens.tryWord("ASCII")) {
        charset = "latin1";
      } else if (tokens.tryWord("UNICODE")) {
        charset = "ucs2";
      } else if (tokens.tryWord("BINARY")) {
        binary = true;
      } else if (tokens.tryWord("COLLATE")) {
        collation = Names.charsetName(tokens);
      } else {
        return;
      }
    }
  }
}
