package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression.ColumnName;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads identifiers and quoted strings.
final class Names {
  private Names() {}

  /// Whether an identifier stands here: quoted, or a word that is not reserved.
  static boolean isIdentifier(Tokens tokens) {
    return isIdentifier(tokens, 0);
  }

  static boolean isIdentifier(Tokens tokens, int ahead) {
    return switch (tokens.kind(ahead)) {
      case QUOTED_IDENTIFIER -> true;
      case WORD -> !Words.isReserved(tokens.word(ahead));
      default -> false;
    };
  }

  static String identifier(Tokens tokens) {
    if (!isIdentifier(tokens)) {
      throw tokens.syntaxError();
    }
    return anyWord(tokens);
  }

  /// An identifier behind a point, where reserved words are allowed.
  static String identifierAfterPoint(Tokens tokens) {
    if (tokens.kind() != TokenKind.WORD && tokens.kind() != TokenKind.QUOTED_IDENTIFIER) {
      throw tokens.syntaxError();
    }
    return anyWord(tokens);
  }

  private static String anyWord(Tokens tokens) {
    String raw = tokens.raw();
    if (tokens.kind() == TokenKind.QUOTED_IDENTIFIER) {
      String quote = raw.substring(0, 1);
      raw = raw.substring(1, raw.length() - 1).replace(quote + quote, quote);
      if (raw.isEmpty()) {
        throw tokens.syntaxError();
      }
    }
    tokens.advance();
    return Tokens.decode(raw);
  }

  static QualifiedName qualifiedName(Tokens tokens) {
    String first = identifier(tokens);
    if (tokens.trySymbol(".")) {
      return new QualifiedName(first, identifierAfterPoint(tokens));
    }
    return new QualifiedName("", first);
  }

  static ColumnName columnName(Tokens tokens) {
    String first = identifier(tokens);
    if (!tokens.trySymbol(".")) {
      return new ColumnName("", "", first);
    }
    String second = identifierAfterPoint(tokens);
    if (!tokens.trySymbol(".")) {
      return new ColumnName("", first, second);
    }
    return new ColumnName(first, second, identifierAfterPoint(tokens));
  }

  static List<String> identifierList(Tokens tokens) {
    List<String> names = new ArrayList<>();
    do {
      names.add(identifier(tokens));
    } while (tokens.trySymbol(","));
    return names;
  }

  /// Identifiers in parentheses.
  static List<String> parenthesizedIdentifiers(Tokens tokens) {
    tokens.expectSymbol("(");
    List<String> names = identifierList(tokens);
    tokens.expectSymbol(")");
    return names;
  }

  /// An alias with or without AS; empty if there is none. A string is one for columns only.
  static String optionalAlias(Tokens tokens, boolean stringAllowed) {
    boolean as = tokens.tryWord("AS");
    if (isIdentifier(tokens)) {
      return identifier(tokens);
    }
    if (stringAllowed && tokens.kind() == TokenKind.STRING) {
      return string(tokens).text();
    }
    if (as) {
      throw tokens.syntaxError();
    }
    return "";
  }

  /// One or more adjacent strings.
  static StringLiteral string(Tokens tokens) {
    return string(tokens, "");
  }

  static StringLiteral string(Tokens tokens, String introducer) {
    if (tokens.kind() != TokenKind.STRING && tokens.kind() != TokenKind.NATIONAL_STRING) {
      throw tokens.syntaxError();
    }
    byte[] bytes = unquote(tokens);
    tokens.advance();
    while (tokens.kind() == TokenKind.STRING) {
      byte[] more = unquote(tokens);
      byte[] joined = new byte[bytes.length + more.length];
      System.arraycopy(bytes, 0, joined, 0, bytes.length);
      System.arraycopy(more, 0, joined, bytes.length, more.length);
      bytes = joined;
      tokens.advance();
    }
    return new StringLiteral(bytes, introducer);
  }

  private static byte[] unquote(Tokens tokens) {
    String raw = tokens.raw();
    int from = tokens.kind() == TokenKind.NATIONAL_STRING ? 1 : 0;
    return unquote(raw, from, !tokens.hasMode(SqlMode.NO_BACKSLASH_ESCAPES));
  }

  /// The content of a string whose quote stands at `from`, escapes resolved.
  private static byte[] unquote(String raw, int from, boolean escapes) {
    char quote = raw.charAt(from);
    int end = raw.length() - 1;
    boolean plain = raw.indexOf(quote, from + 1) == end;
    if (plain && (!escapes || raw.indexOf('\\', from + 1) < 0)) {
      return raw.substring(from + 1, end).getBytes(StandardCharsets.ISO_8859_1);
    }
    return unescape(raw.getBytes(StandardCharsets.ISO_8859_1), from + 1, end, escapes);
  }

  /// The bytes between the quotes of a string with escapes resolved; the quote stands before
  /// `from`.
  static byte[] unescape(byte[] sql, int from, int to, boolean backslashEscapes) {
    byte quote = sql[from - 1];
    byte[] out = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte b = sql[i];
      if (b == quote) {
        i++;
      } else if (b == '\\' && backslashEscapes && i + 1 < to) {
        i++;
        b = sql[i];
        if (b == '%' || b == '_') {
          out[length++] = '\\';
        } else {
          b = (byte) unescape((char) (b & 0xFF));
        }
      }
      out[length++] = b;
    }
    return length == out.length ? out : Arrays.copyOf(out, length);
  }

  private static char unescape(char c) {
    return switch (c) {
      case '0' -> '\0';
      case 'b' -> '\b';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'Z' -> '\u001A';
      default -> c;
    };
  }

  /// A number without sign or point.
  static long integer(Tokens tokens) {
    if (tokens.kind() != TokenKind.INTEGER) {
      throw tokens.syntaxError();
    }
    try {
      long value = Long.parseLong(tokens.raw());
      tokens.advance();
      return value;
    } catch (NumberFormatException tooLarge) {
      throw tokens.syntaxError();
    }
  }

  /// Name of a character set or collation: a word, an identifier or a string; lower case.
  static String charsetName(Tokens tokens) {
    if (tokens.kind() == TokenKind.STRING) {
      return string(tokens).text().toLowerCase(java.util.Locale.ROOT);
    }
    if (tokens.isWord("BINARY")) {
      tokens.advance();
      return "binary";
    }
    return identifier(tokens).toLowerCase(java.util.Locale.ROOT);
  }
}
