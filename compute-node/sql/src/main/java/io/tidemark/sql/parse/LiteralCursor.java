package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression.BitLiteral;
import io.tidemark.sql.ast.Expression.HexLiteral;
import io.tidemark.sql.ast.Expression.NumberKind;
import io.tidemark.sql.ast.Expression.NumberLiteral;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Steps over literals in the bytes of a statement and says what each is. It knows fewer forms than
/// [Lexer] and takes those the same way; [#literal] is false where it knows none. Confined to one
/// thread.
public final class LiteralCursor {
  private static final int MAX_LONG_DIGITS = 18;

  /// A float of so many bytes with at most two digits in its exponent is in the range of DOUBLE.
  private static final int SURE_FLOAT_BYTES = 200;

  /// Kinds of literals.
  public enum Kind {
    NULL,
    TRUE,
    FALSE,
    INTEGER,
    DECIMAL,
    FLOAT,
    STRING,
    /// `x'..'` or `0x..`.
    HEX,
    /// `b'..'` or `0b..`.
    BIT,
    /// `?`
    PARAMETER
  }

  private final byte[] sql;
  private final boolean stringsInDoubleQuotes;
  private final boolean backslashEscapes;
  private int at;
  private Kind kind = Kind.NULL;
  private int from;
  private int to;
  private boolean negative;
  private long value;
  private int scale;
  private boolean escaped;
  private String introducer = "";

  LiteralCursor(byte[] sql, int offset, int sqlModeBits) {
    this.sql = sql;
    this.at = offset;
    this.stringsInDoubleQuotes = (sqlModeBits & SqlMode.ANSI_QUOTES.bit()) == 0;
    this.backslashEscapes = (sqlModeBits & SqlMode.NO_BACKSLASH_ESCAPES.bit()) == 0;
  }

  /// Offset behind what was taken last.
  int offset() {
    return at;
  }

  /// Takes a symbol, and blanks before it; false, without moving, if another byte comes next.
  boolean take(char symbol) {
    int next = at;
    while (ValueList.isBlank(peek(next))) {
      next++;
    }
    if (peek(next) != symbol) {
      return false;
    }
    at = next + 1;
    return true;
  }

  /// Takes a literal, and blanks before it; false, at no certain place, if there is none.
  boolean literal() {
    skipBlanks();
    negative = false;
    introducer = "";
    int next = peek(at);
    if (next == '-' || next == '+') {
      negative = next == '-';
      at++;
      int digit = peek(at);
      return (isDigit(digit) || digit == '.') && number() && isNumber();
    }
    if (next == '\'' || (next == '"' && stringsInDoubleQuotes)) {
      return string();
    }
    if (isDigit(next) || next == '.') {
      return number();
    }
    if (next == '?') {
      kind = Kind.PARAMETER;
      at++;
      return true;
    }
    return next > 0 && Lexer.isWordPart((char) next) && word();
  }

  private boolean isNumber() {
    return kind == Kind.INTEGER || kind == Kind.DECIMAL || kind == Kind.FLOAT;
  }

  private boolean word() {
    int quote = peek(at + 1);
    if (quote == '\'') {
      return switch (sql[at] | 0x20) {
        case 'x' -> quotedDigits(Kind.HEX);
        case 'b' -> quotedDigits(Kind.BIT);
        default -> false;
      };
    }
    int start = at;
    while (isWordPart(peek(at))) {
      at++;
    }
    if (sql[start] == '_') {
      return introduced(start);
    }
    if (matches(start, at, "NULL")) {
      kind = Kind.NULL;
    } else if (matches(start, at, "TRUE")) {
      kind = Kind.TRUE;
    } else if (matches(start, at, "FALSE")) {
      kind = Kind.FALSE;
    } else {
      return false;
    }
    return true;
  }

  /// Whether the bytes between two offsets are a word in any case.
  private boolean matches(int start, int end, String word) {
    return ValueList.isWord(sql, start, end, word);
  }

  /// A string or digits behind the name of a character set.
  private boolean introduced(int start) {
    String charset =
        new String(sql, start + 1, at - start - 1, StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    if (!Words.isCharset(charset.toUpperCase(Locale.ROOT))) {
      return false;
    }
    introducer = charset.equals("utf8") ? "utf8mb3" : charset;
    skipBlanks();
    int next = peek(at);
    if (next == '\'' || (next == '"' && stringsInDoubleQuotes)) {
      return string();
    }
    if (peek(at + 1) == '\'') {
      return switch (next | 0x20) {
        case 'x' -> quotedDigits(Kind.HEX);
        case 'b' -> quotedDigits(Kind.BIT);
        default -> false;
      };
    }
    return next == '0' && number() && !isNumber();
  }

  /// The digits behind the two characters that announce them, `x'` or `0x`.
  private void takeDigitsBehindMark(Kind digits) {
    from = at + 2;
    at = from;
    while (isDigitOf(digits, peek(at))) {
      at++;
    }
    to = at;
    kind = digits;
  }

  private boolean quotedDigits(Kind digits) {
    takeDigitsBehindMark(digits);
    boolean whole = peek(at) == '\'' && (digits == Kind.BIT || (to - from & 1) == 0);
    at++;
    return whole;
  }

  private boolean number() {
    int mark = peek(at + 1);
    if (sql[at] == '0' && (mark == 'x' || mark == 'b')) {
      return prefixedDigits(mark == 'x' ? Kind.HEX : Kind.BIT);
    }
    from = at;
    value = 0;
    takeDigits();
    kind = Kind.INTEGER;
    if (peek(at) == '.') {
      kind = Kind.DECIMAL;
      int point = at;
      at++;
      takeDigits();
      scale = at - point - 1;
      if (at - from == 1) {
        return false;
      }
    }
    if ((peek(at) | 0x20) == 'e') {
      kind = Kind.FLOAT;
      at++;
      if (peek(at) == '+' || peek(at) == '-') {
        at++;
      }
      if (!isDigit(peek(at))) {
        return false;
      }
      takeDigits();
    }
    to = at;
    return !isWordPart(peek(at));
  }

  private boolean prefixedDigits(Kind digits) {
    takeDigitsBehindMark(digits);
    return to > from && !isWordPart(peek(at));
  }

  private boolean string() {
    byte quote = sql[at];
    kind = Kind.STRING;
    escaped = false;
    from = at + 1;
    int end = from;
    while (end < sql.length) {
      byte b = sql[end];
      if (b == quote) {
        if (peek(end + 1) != quote) {
          to = end;
          at = end + 1;
          return true;
        }
        escaped = true;
        end += 2;
      } else if (b == '\\' && backslashEscapes) {
        escaped = true;
        end += 2;
      } else {
        end++;
      }
    }
    return false;
  }

  /// Takes digits, which go on the number that is there.
  private void takeDigits() {
    int next = peek(at);
    while (isDigit(next)) {
      value = value * 10 + (next - '0');
      next = peek(++at);
    }
  }

  private void skipBlanks() {
    while (ValueList.isBlank(peek(at))) {
      at++;
    }
  }

  /// The byte at an offset, negative beyond ASCII; 0 behind the end.
  private int peek(int offset) {
    return offset < sql.length ? sql[offset] : 0;
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isWordPart(int b) {
    return b < 0 || Lexer.isWordPart((char) b);
  }

  private static boolean isDigitOf(Kind digits, int b) {
    return digits == Kind.BIT
        ? b == '0' || b == '1'
        : isDigit(b) || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f' && b > 0);
  }

  public Kind kind() {
    return kind;
  }

  /// Whether a number has a minus sign, which is not part of [#text].
  public boolean isNegative() {
    return negative;
  }

  /// The character set before a string or its digits, in lower case, or empty.
  public String introducer() {
    return introducer;
  }

  /// Whether the digits of an integer or decimal fit a `long` whatever they are.
  public boolean isShort() {
    return to - from <= MAX_LONG_DIGITS;
  }

  /// The digits of an integer or decimal as a number, without point, with the sign.
  public long digits() {
    return negative ? -value : value;
  }

  /// Whether making a value of the literal may fail: a number may be beyond the range of its type,
  /// a string no text of its character set.
  boolean mayBeRefused() {
    return switch (kind) {
      case FLOAT -> to - from > SURE_FLOAT_BYTES || exponentDigits() > 2;
      default -> !introducer.isEmpty();
    };
  }

  private int exponentDigits() {
    int digit = to;
    while (isDigit(sql[digit - 1])) {
      digit--;
    }
    return to - digit;
  }

  /// Digits behind the point of a decimal.
  public int scale() {
    return scale;
  }

  private String text() {
    return new String(sql, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /// A number, without its sign.
  public NumberLiteral toNumber() {
    return new NumberLiteral(
        text(),
        switch (kind) {
          case INTEGER -> NumberKind.INTEGER;
          case DECIMAL -> NumberKind.DECIMAL;
          default -> NumberKind.FLOAT;
        });
  }

  public HexLiteral toHex() {
    String digits = text();
    return new HexLiteral((digits.length() & 1) == 0 ? digits : "0" + digits, introducer);
  }

  public BitLiteral toBits() {
    return new BitLiteral(text(), introducer);
  }

  public StringLiteral toStringLiteral() {
    return new StringLiteral(bytes(), introducer);
  }

  /// What a string means: its bytes, escapes resolved.
  public byte[] bytes() {
    return escaped
        ? Names.unescape(sql, from, to, backslashEscapes)
        : Arrays.copyOfRange(sql, from, to);
  }
}
