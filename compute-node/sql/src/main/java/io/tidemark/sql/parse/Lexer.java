package io.tidemark.sql.parse;

import io.tidemark.sql.variable.SqlMode;
import java.util.Arrays;

/// Splits a text into tokens, all at once. Comments are left out; `/*!NNNNN` comments of versions
/// up to ours are read as if they stood without. Confined to one thread.
final class Lexer {
  /// Versioned comments up to this one are read.
  private static final int VERSION = 80_040;

  private static final String[] SYMBOLS = {
    "<=>", "->>", "<<", ">>", "<=", ">=", "<>", "!=", "||", "&&", ":=", "->"
  };

  private final String text;
  private final boolean ansiQuotes;
  private final boolean backslashEscapes;
  private TokenKind[] kinds = new TokenKind[32];
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private int count;
  private int position;
  private int openVersionComments;

  private Lexer(String text, int sqlModeBits) {
    this.text = text;
    this.ansiQuotes = (sqlModeBits & SqlMode.ANSI_QUOTES.bit()) != 0;
    this.backslashEscapes = (sqlModeBits & SqlMode.NO_BACKSLASH_ESCAPES.bit()) == 0;
  }

  /// The tokens of a text of one character for each byte, from `offset` on.
  static Tokens tokenize(String text, int offset, int sqlModeBits) {
    Lexer lexer = new Lexer(text, sqlModeBits);
    lexer.position = offset;
    lexer.run();
    return new Tokens(text, lexer.kinds, lexer.starts, lexer.ends, lexer.count, sqlModeBits);
  }

  private void run() {
    while (true) {
      skipBlanks();
      if (position >= text.length()) {
        add(TokenKind.END, text.length(), text.length());
        return;
      }
      next();
    }
  }

  private void next() {
    int start = position;
    char c = text.charAt(start);
    if (isDigit(c)) {
      number(start);
    } else if (isWordPart(c)) {
      word(start);
    } else if (c == '\'') {
      quoted(start, start, TokenKind.STRING);
    } else if (c == '"') {
      quoted(start, start, ansiQuotes ? TokenKind.QUOTED_IDENTIFIER : TokenKind.STRING);
    } else if (c == '`') {
      quoted(start, start, TokenKind.QUOTED_IDENTIFIER);
    } else if (c == '?') {
      take(TokenKind.PARAMETER, 1);
    } else if (c == '@') {
      boolean system = charAt(start + 1) == '@';
      take(system ? TokenKind.AT_AT : TokenKind.AT, system ? 2 : 1);
    } else if (c == '.' && isDigit(charAt(start + 1)) && !afterName()) {
      number(start);
    } else {
      take(TokenKind.SYMBOL, symbolLength(start));
    }
  }

  /// Whether the token before touches this place and is a name, so that a point qualifies it.
  private boolean afterName() {
    if (count == 0 || ends[count - 1] != position) {
      return false;
    }
    TokenKind last = kinds[count - 1];
    return last == TokenKind.WORD || last == TokenKind.QUOTED_IDENTIFIER;
  }

  private int symbolLength(int start) {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, start)) {
        return symbol.length();
      }
    }
    return 1;
  }

  private void word(int start) {
    char c = text.charAt(start);
    if (charAt(start + 1) == '\'') {
      switch (c) {
        case 'x', 'X' -> {
          if (quotedDigits(start, TokenKind.HEX)) {
            return;
          }
        }
        case 'b', 'B' -> {
          if (quotedDigits(start, TokenKind.BIT)) {
            return;
          }
        }
        case 'n', 'N' -> {
          quoted(start, start + 1, TokenKind.NATIONAL_STRING);
          return;
        }
        default -> {}
      }
    }
    int end = start + 1;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    add(TokenKind.WORD, start, end);
    position = end;
  }

  private boolean quotedDigits(int start, TokenKind kind) {
    int end = start + 2;
    while (isDigitOf(kind, charAt(end))) {
      end++;
    }
    int digits = end - start - 2;
    if (charAt(end) != '\'' || (kind == TokenKind.HEX && (digits & 1) != 0)) {
      return false;
    }
    add(kind, start, end + 1);
    position = end + 1;
    return true;
  }

  private static boolean isDigitOf(TokenKind kind, char c) {
    return kind == TokenKind.HEX
        ? isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')
        : c == '0' || c == '1';
  }

  private void number(int start) {
    if (prefixedNumber(start)) {
      return;
    }
    int end = start;
    while (isDigit(charAt(end))) {
      end++;
    }
    boolean afterPoint = start > 0 && text.charAt(start - 1) == '.' && count > 0;
    if (end > start && isWordPart(charAt(end)) && !isExponent(end)) {
      digitsFirstWord(start, end);
      return;
    }
    if (afterPoint && kinds[count - 1] == TokenKind.SYMBOL && ends[count - 1] == start) {
      add(TokenKind.WORD, start, end);
      position = end;
      return;
    }
    TokenKind kind = TokenKind.INTEGER;
    if (charAt(end) == '.') {
      kind = TokenKind.DECIMAL;
      end++;
      while (isDigit(charAt(end))) {
        end++;
      }
    }
    if (isExponent(end)) {
      kind = TokenKind.FLOAT;
      end += isDigit(charAt(end + 1)) ? 1 : 2;
      while (isDigit(charAt(end))) {
        end++;
      }
    }
    add(kind, start, end);
    position = end;
  }

  private void digitsFirstWord(int start, int from) {
    int end = from;
    while (isWordPart(charAt(end)) && end < text.length()) {
      end++;
    }
    add(TokenKind.WORD, start, end);
    position = end;
  }

  /// `0x41` and `0b01`.
  private boolean prefixedNumber(int start) {
    if (text.charAt(start) != '0') {
      return false;
    }
    char mark = charAt(start + 1);
    if (mark != 'x' && mark != 'b') {
      return false;
    }
    TokenKind kind = mark == 'x' ? TokenKind.HEX : TokenKind.BIT;
    int end = start + 2;
    while (isDigitOf(kind, charAt(end))) {
      end++;
    }
    if (end == start + 2 || (end < text.length() && isWordPart(text.charAt(end)))) {
      return false;
    }
    add(kind, start, end);
    position = end;
    return true;
  }

  private boolean isExponent(int at) {
    char c = charAt(at);
    if (c != 'e' && c != 'E') {
      return false;
    }
    char next = charAt(at + 1);
    return isDigit(next) || ((next == '+' || next == '-') && isDigit(charAt(at + 2)));
  }

  /// A token in quotes; the quote stands at `open`. Unterminated, it reaches to the end and is a
  /// symbol, which no rule takes.
  private void quoted(int start, int open, TokenKind kind) {
    char quote = text.charAt(open);
    boolean escapes = backslashEscapes && kind != TokenKind.QUOTED_IDENTIFIER;
    int at = open + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && escapes) {
        at += 2;
      } else if (c == quote) {
        if (charAt(at + 1) != quote) {
          add(kind, start, at + 1);
          position = at + 1;
          return;
        }
        at += 2;
      } else {
        at++;
      }
    }
    add(TokenKind.SYMBOL, start, text.length());
    position = text.length();
  }

  private void skipBlanks() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        position++;
      } else if (c == '#' || (c == '-' && isLineComment())) {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end + 1;
      } else if (c == '/' && charAt(position + 1) == '*') {
        if (!comment()) {
          return;
        }
      } else if (c == '*' && openVersionComments > 0 && charAt(position + 1) == '/') {
        openVersionComments--;
        position += 2;
      } else {
        return;
      }
    }
  }

  private boolean isLineComment() {
    return charAt(position + 1) == '-'
        && (position + 2 >= text.length() || text.charAt(position + 2) <= ' ');
  }

  /// Skips a comment, or only its head if its content is to be read; false if it has no end.
  private boolean comment() {
    if (charAt(position + 2) == '!') {
      int at = position + 3;
      int version = 0;
      int digits = 0;
      while (digits < 6 && isDigit(charAt(at))) {
        version = version * 10 + (text.charAt(at) - '0');
        digits++;
        at++;
      }
      if (digits == 0 || (digits >= 5 && version <= VERSION)) {
        openVersionComments++;
        position = at;
        return true;
      }
    }
    int end = text.indexOf("*/", position + 2);
    if (end < 0) {
      return false;
    }
    position = end + 2;
    return true;
  }

  private void take(TokenKind kind, int length) {
    add(kind, position, position + length);
    position += length;
  }

  private void add(TokenKind kind, int start, int end) {
    if (count == kinds.length) {
      int capacity = count * 2;
      kinds = Arrays.copyOf(kinds, capacity);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Letters, digits, `_`, `$`, and every byte of a character beyond ASCII.
  static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || isDigit(c)
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}
