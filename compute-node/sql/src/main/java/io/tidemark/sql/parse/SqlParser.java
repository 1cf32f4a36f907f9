package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.Statement;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// The entry to the parser. Stateless.
public final class SqlParser {
  private SqlParser() {}

  /// A statement and where it ended.
  ///
  /// @param parameterCount how many `?` it holds
  /// @param nextOffset offset behind the statement and its semicolon; the text's length if nothing
  ///   but blanks and comments follow
  public record Parsed(Statement statement, int parameterCount, int nextOffset) {}

  /// MySQL's reserved words, in upper case.
  public static Set<String> reservedWords() {
    return Words.reserved();
  }

  /// A text of bytes as the parser wants it: one character for each byte.
  public static String toText(byte[] sql) {
    return new String(sql, StandardCharsets.ISO_8859_1);
  }

  /// Reads the statement that begins at `offset` of a text made by [#toText].
  ///
  /// @throws Rejected 1064 if it is not MySQL's syntax, 1065 if there is none, 1235 if it is not
  ///   supported
  public static Parsed parse(String text, int offset, int sqlModeBits) {
    Tokens tokens = Lexer.tokenize(text, offset, sqlModeBits);
    while (tokens.isSymbol(";")) {
      tokens.advance();
    }
    if (tokens.atEnd()) {
      throw new Rejected(MySqlError.EMPTY_QUERY);
    }
    Statement statement = new StatementParser(tokens).statement();
    if (!tokens.atEnd() && !tokens.isSymbol(";")) {
      throw tokens.syntaxError();
    }
    while (tokens.isSymbol(";")) {
      tokens.advance();
    }
    int next = tokens.atEnd() ? text.length() : tokens.start();
    return new Parsed(statement, tokens.parameterCount(), next);
  }

  /// Reads the only statement of a text.
  public static Parsed parseOnly(byte[] sql, int sqlModeBits) {
    String text = toText(sql);
    Parsed parsed = parse(text, 0, sqlModeBits);
    if (parsed.nextOffset() < text.length()) {
      throw Lexer.tokenize(text, parsed.nextOffset(), sqlModeBits).syntaxError();
    }
    return parsed;
  }

  /// Error 1064 at an offset of a text made by [#toText].
  public static Rejected syntaxError(String text, int offset, int sqlModeBits) {
    return Lexer.tokenize(text, 0, sqlModeBits).syntaxErrorAt(offset);
  }

  /// Reads an expression that stands alone, such as the WHERE of SHOW or a stored default.
  public static Expression parseExpression(byte[] sql, int sqlModeBits) {
    Tokens tokens = Lexer.tokenize(toText(sql), 0, sqlModeBits);
    Expression expression = new QueryParser(tokens).expressions().expression();
    if (!tokens.atEnd()) {
      throw tokens.syntaxError();
    }
    return expression;
  }

  /// Reads a query that stands alone.
  public static Query parseQuery(byte[] sql, int sqlModeBits) {
    Tokens tokens = Lexer.tokenize(toText(sql), 0, sqlModeBits);
    Query query = new QueryParser(tokens).query();
    if (!tokens.atEnd()) {
      throw tokens.syntaxError();
    }
    return query;
  }
}
