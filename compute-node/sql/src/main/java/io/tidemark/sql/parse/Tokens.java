package io.tidemark.sql.parse;

import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The tokens of a text and the place of the parser among them. Confined to one thread.
final class Tokens {
  private static final String SYNTAX =
      "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server"
          + " version for the right syntax to use";
  private static final int NEAR_BYTES = 80;

  private final String text;
  private final TokenKind[] kinds;
  private final int[] starts;
  private final int[] ends;
  private final String[] words;
  private final int count;
  private final int sqlModeBits;
  private int at;
  private int parameters;
  private int depth;

  Tokens(String text, TokenKind[] kinds, int[] starts, int[] ends, int count, int sqlModeBits) {
    this.text = text;
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
    this.words = new String[count];
    this.count = count;
    this.sqlModeBits = sqlModeBits;
  }

  boolean hasMode(SqlMode mode) {
    return (sqlModeBits & mode.bit()) != 0;
  }

  int sqlModeBits() {
    return sqlModeBits;
  }

  TokenKind kind() {
    return kinds[at];
  }

  TokenKind kind(int ahead) {
    int index = Math.min(at + ahead, count - 1);
    return kinds[index];
  }

  boolean atEnd() {
    return kinds[at] == TokenKind.END;
  }

  /// Place of the current token, to come back to with [#resetTo].
  int mark() {
    return at;
  }

  void resetTo(int mark) {
    at = mark;
  }

  void advance() {
    if (at < count - 1) {
      at++;
    }
  }

  /// Offset of the current token in the text.
  int start() {
    return starts[at];
  }

  /// Offset behind the token before the current one.
  int previousEnd() {
    return at == 0 ? starts[0] : ends[at - 1];
  }

  /// Whether blanks stand between the current token and the next one.
  boolean blankFollows() {
    return at + 1 < count && starts[at + 1] != ends[at];
  }

  boolean touchesNext(int ahead) {
    int index = at + ahead;
    return index + 1 < count && starts[index + 1] == ends[index];
  }

  /// The current token as it is written.
  String raw() {
    return text.substring(starts[at], ends[at]);
  }

  /// The text between two offsets, as UTF-8.
  String source(int from, int to) {
    return decode(text.substring(from, to));
  }

  String text() {
    return text;
  }

  /// The current token in upper case if it is a word; otherwise empty.
  String word() {
    return wordAt(at);
  }

  String word(int ahead) {
    return wordAt(Math.min(at + ahead, count - 1));
  }

  private String wordAt(int index) {
    if (kinds[index] != TokenKind.WORD) {
      return "";
    }
    String word = words[index];
    if (word == null) {
      word = text.substring(starts[index], ends[index]).toUpperCase(Locale.ROOT);
      words[index] = word;
    }
    return word;
  }

  boolean isWord(String word) {
    return isWordAt(at, word);
  }

  boolean isWord(int ahead, String word) {
    return isWordAt(Math.min(at + ahead, count - 1), word);
  }

  private boolean isWordAt(int index, String word) {
    int length = word.length();
    return kinds[index] == TokenKind.WORD
        && ends[index] - starts[index] == length
        && text.regionMatches(true, starts[index], word, 0, length);
  }

  boolean isSymbol(String symbol) {
    return isSymbol(0, symbol);
  }

  boolean isSymbol(int ahead, String symbol) {
    int index = Math.min(at + ahead, count - 1);
    return kinds[index] == TokenKind.SYMBOL
        && ends[index] - starts[index] == symbol.length()
        && text.startsWith(symbol, starts[index]);
  }

  /// Goes from an opening parenthesis behind the one that closes it, or to the end.
  void skipParentheses() {
    int open = 0;
    do {
      if (isSymbol("(")) {
        open++;
      } else if (isSymbol(")")) {
        open--;
      }
      advance();
    } while (open > 0 && !atEnd());
  }

  boolean tryWord(String word) {
    if (isWord(word)) {
      advance();
      return true;
    }
    return false;
  }

  /// Takes two words if they follow one another.
  boolean tryWords(String first, String second) {
    if (isWord(first) && isWord(1, second)) {
      at += 2;
      return true;
    }
    return false;
  }

  boolean trySymbol(String symbol) {
    if (isSymbol(symbol)) {
      advance();
      return true;
    }
    return false;
  }

  void expectWord(String word) {
    if (!tryWord(word)) {
      throw syntaxError();
    }
  }

  void expectSymbol(String symbol) {
    if (!trySymbol(symbol)) {
      throw syntaxError();
    }
  }

  /// Takes the next parameter's number.
  int nextParameter() {
    return parameters++;
  }

  int parameterCount() {
    return parameters;
  }

  /// Guards against nesting that would overflow the stack.
  void enter() {
    if (++depth > 400) {
      throw new Rejected(MySqlError.OUT_OF_MEMORY, "thread stack");
    }
  }

  void leave() {
    depth--;
  }

  /// Error 1064 at the current token.
  Rejected syntaxError() {
    return syntaxErrorAt(starts[at]);
  }

  Rejected syntaxErrorAt(int offset) {
    int line = 1;
    for (int i = 0; i < offset; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    String near = text.substring(offset, Math.min(text.length(), offset + NEAR_BYTES));
    return new Rejected(MySqlError.PARSE_ERROR, SYNTAX, decode(near), line);
  }

  static Rejected unsupported(String what) {
    return new Rejected(MySqlError.NOT_SUPPORTED_YET, what);
  }

  /// A text of one character for each byte as the characters it means.
  static String decode(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) >= 0x80) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }
}
