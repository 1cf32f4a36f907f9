package io.tidemark.sql.parse;

import io.tidemark.sql.variable.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Replaces the literals of a statement by parameters in one pass, so that statements that differ
/// only in them share a plan. Reusable; confined to one thread.
///
/// The rows of a [ValueList] become one row of parameters, the first ones, and stay where they are.
///
/// Gives up on what it is not made for: comments, variables, several statements, introducers,
/// parameters. Such a text is parsed as it is.
public final class Normalizer {
  private static final int MAX_DIGITS = 18;
  private static final int MAX_LITERALS = 2000;
  private static final int KEPT_CHARACTERS = 1 << 16;
  private static final byte[] NOTHING = {};

  private StringBuilder text = new StringBuilder(256);
  private List<Object> literals = List.of();
  private byte[] sql = NOTHING;
  private int at;
  private boolean ansiQuotes;
  private boolean backslashEscapes;

  /// A statement without its literals.
  ///
  /// @param text the statement with `?` in place of literals, one character for each byte
  /// @param literals the literals in order, without those of the list: [Long] or the bytes of a
  ///   string
  /// @param values the list whose rows the text has one of
  public record Normalized(String text, List<Object> literals, Optional<ValueList> values) {}

  /// Reads a text; empty if it gives up.
  public Optional<Normalized> normalize(byte[] statement, int sqlModeBits) {
    sql = statement;
    at = 0;
    literals = new ArrayList<>();
    try {
      Optional<ValueList> list =
          ValueList.find(sql, sqlModeBits).filter(values -> values.parameters() == 0);
      return read(sqlModeBits, list)
          ? Optional.of(new Normalized(text.toString(), literals, list))
          : Optional.empty();
    } finally {
      forget();
    }
  }

  /// Lets go what a session that waits for its client need not keep.
  private void forget() {
    sql = NOTHING;
    literals = List.of();
    if (text.capacity() > KEPT_CHARACTERS) {
      text = new StringBuilder(256);
    } else {
      text.setLength(0);
    }
  }

  private boolean read(int sqlModeBits, Optional<ValueList> list) {
    ansiQuotes = (sqlModeBits & SqlMode.ANSI_QUOTES.bit()) != 0;
    backslashEscapes = (sqlModeBits & SqlMode.NO_BACKSLASH_ESCAPES.bit()) == 0;
    int length = sql.length;
    while (length > 0
        && (sql[length - 1] <= ' ' && sql[length - 1] >= 0 || sql[length - 1] == ';')) {
      length--;
    }
    if (!startsAsData(length)) {
      return false;
    }
    int listAt = list.map(ValueList::from).orElse(-1);
    while (at < length) {
      if (at == listAt) {
        list.get().appendRow(text);
        at = list.get().to();
      } else if (!next(length) || literals.size() > MAX_LITERALS) {
        return false;
      }
    }
    return !literals.isEmpty() || text.length() > 0;
  }

  private boolean startsAsData(int length) {
    while (at < length
        && (sql[at] == ' ' || sql[at] == '\n' || sql[at] == '\t' || sql[at] == '\r')) {
      at++;
    }
    if (length - at < 7) {
      return false;
    }
    return switch (sql[at] | 0x20) {
      case 's' -> (sql[at + 2] | 0x20) == 'l';
      case 'i' -> (sql[at + 1] | 0x20) == 'n';
      case 'u' -> (sql[at + 1] | 0x20) == 'p';
      case 'd' -> (sql[at + 2] | 0x20) == 'l';
      case 'r' -> (sql[at + 2] | 0x20) == 'p';
      default -> false;
    };
  }

  private boolean next(int length) {
    byte b = sql[at];
    if (b < 0 || Lexer.isWordPart((char) (b & 0xFF))) {
      return Lexer.isDigit((char) b) ? number(length) : word(length);
    }
    switch (b) {
      case '\'' -> {
        return string(length);
      }
      case '"' -> {
        return ansiQuotes ? identifier(length) : string(length);
      }
      case '`' -> {
        return identifier(length);
      }
      case ' ', '\t', '\n', '\r' -> {
        text.append(' ');
        at++;
        while (at < length && sql[at] <= ' ' && sql[at] > 0) {
          at++;
        }
        return true;
      }
      case '#', '?', ';', '@', ':', '{' -> {
        return false;
      }
      case '/', '-' -> {
        boolean comment =
            at + 1 < length && (sql[at + 1] == '*' || (b == '-' && sql[at + 1] == '-'));
        if (comment) {
          return false;
        }
      }
      default -> {}
    }
    text.append((char) (b & 0xFF));
    at++;
    return true;
  }

  private boolean word(int length) {
    int from = at;
    while (at < length && (sql[at] < 0 || Lexer.isWordPart((char) (sql[at] & 0xFF)))) {
      text.append((char) (sql[at] & 0xFF));
      at++;
    }
    boolean quoteTouches = at < length && (sql[at] == '\'' || sql[at] == '"');
    return !(quoteTouches && (at - from == 1 || sql[from] == '_'));
  }

  private boolean number(int length) {
    int from = at;
    while (at < length && Lexer.isDigit((char) sql[at])) {
      at++;
    }
    boolean touchesWord = at < length && (sql[at] < 0 || Lexer.isWordPart((char) (sql[at] & 0xFF)));
    boolean point = at < length && sql[at] == '.';
    boolean afterPoint = from > 0 && sql[from - 1] == '.';
    if (touchesWord || point || afterPoint || at - from > MAX_DIGITS) {
      return verbatim(from, length);
    }
    long value = 0;
    for (int i = from; i < at; i++) {
      value = value * 10 + (sql[i] - '0');
    }
    literals.add(value);
    text.append('?');
    return true;
  }

  /// A number that is not a plain integer stays in the text.
  private boolean verbatim(int from, int length) {
    while (at < length
        && (sql[at] < 0
            || sql[at] == '.'
            || Lexer.isWordPart((char) (sql[at] & 0xFF))
            || ((sql[at] == '+' || sql[at] == '-') && (sql[at - 1] | 0x20) == 'e'))) {
      at++;
    }
    for (int i = from; i < at; i++) {
      text.append((char) (sql[i] & 0xFF));
    }
    return true;
  }

  private boolean identifier(int length) {
    byte quote = sql[at];
    do {
      text.append((char) (sql[at] & 0xFF));
      at++;
    } while (at < length && sql[at] != quote);
    if (at >= length) {
      return false;
    }
    text.append((char) quote);
    at++;
    return true;
  }

  private boolean string(int length) {
    byte quote = sql[at];
    int from = at + 1;
    int end = from;
    while (end < length && sql[end] != quote && !(sql[end] == '\\' && backslashEscapes)) {
      end++;
    }
    if (end >= length) {
      return false;
    }
    boolean plain = sql[end] == quote && (end + 1 >= length || sql[end + 1] != quote);
    if (plain) {
      byte[] bytes = new byte[end - from];
      System.arraycopy(sql, from, bytes, 0, bytes.length);
      at = end + 1;
      return literal(bytes);
    }
    while (end < length) {
      if (sql[end] == '\\' && backslashEscapes) {
        end += 2;
      } else if (sql[end] == quote) {
        if (end + 1 >= length || sql[end + 1] != quote) {
          break;
        }
        end += 2;
      } else {
        end++;
      }
    }
    if (end >= length) {
      return false;
    }
    at = end + 1;
    return literal(Names.unescape(sql, from, end, backslashEscapes));
  }

  private boolean literal(byte[] bytes) {
    literals.add(bytes);
    text.append('?');
    return true;
  }
}
