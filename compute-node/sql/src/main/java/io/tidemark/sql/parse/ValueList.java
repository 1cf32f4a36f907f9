package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The rows of an INSERT or REPLACE whose VALUES list consists of literals and parameters alone,
/// all rows of the same length. They stay in the bytes of the statement, which is parsed and
/// planned with one row of parameters in their place. Immutable.
public final class ValueList {
  private final byte[] sql;
  private final int sqlModeBits;
  private final int from;
  private final int to;
  private final int rows;
  private final int columns;
  private final int parameters;
  private final boolean mayBeRefused;

  private ValueList(byte[] sql, int sqlModeBits, Check check) {
    this.sql = sql;
    this.sqlModeBits = sqlModeBits;
    this.from = check.from;
    this.to = check.cursor.offset();
    this.rows = check.rows;
    this.columns = check.columns;
    this.parameters = check.parameters;
    this.mayBeRefused = check.mayBeRefused;
  }

  /// The list of a statement; empty if it has none or anything else stands in it, be it an
  /// expression, a comment or an error of syntax.
  public static Optional<ValueList> find(byte[] sql, int sqlModeBits) {
    int open = findOpen(sql, (sqlModeBits & SqlMode.ANSI_QUOTES.bit()) != 0);
    if (open < 0) {
      return Optional.empty();
    }
    Check check = new Check(new LiteralCursor(sql, open, sqlModeBits), open);
    return check.run() ? Optional.of(new ValueList(sql, sqlModeBits, check)) : Optional.empty();
  }

  /// Offset of the parenthesis behind VALUES, or -1.
  private static int findOpen(byte[] sql, boolean ansiQuotes) {
    int at = skipBlanks(sql, 0);
    int end = wordEnd(sql, at);
    if (!isWord(sql, at, end, "INSERT") && !isWord(sql, at, end, "REPLACE")) {
      return -1;
    }
    int depth = 0;
    at = end;
    while (at < sql.length) {
      byte b = sql[at];
      end = wordEnd(sql, at);
      if (end > at) {
        if (depth == 0 && (isWord(sql, at, end, "VALUES") || isWord(sql, at, end, "VALUE"))) {
          int open = skipBlanks(sql, end);
          if (open < sql.length && sql[open] == '(') {
            return open;
          }
        }
        at = end;
      } else if (b == '`' || (b == '"' && ansiQuotes)) {
        do {
          at++;
        } while (at < sql.length && sql[at] != b);
        at++;
      } else if (isBlank(b) || b == '.' || b == ',') {
        at++;
      } else if (b == '(' || b == ')') {
        depth += b == '(' ? 1 : -1;
        at++;
      } else {
        return -1;
      }
    }
    return -1;
  }

  private static int skipBlanks(byte[] sql, int offset) {
    int at = offset;
    while (at < sql.length && isBlank(sql[at])) {
      at++;
    }
    return at;
  }

  private static int wordEnd(byte[] sql, int offset) {
    int at = offset;
    while (at < sql.length && (sql[at] < 0 || Lexer.isWordPart((char) sql[at]))) {
      at++;
    }
    return at;
  }

  /// Whether the bytes between two offsets are `word`, which is in upper case, in any case.
  static boolean isWord(byte[] sql, int start, int end, String word) {
    if (end - start != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((sql[start + i] & ~0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean isBlank(int b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  /// Offset of the first row.
  int from() {
    return from;
  }

  /// Offset behind the last row.
  int to() {
    return to;
  }

  public int rows() {
    return rows;
  }

  /// How many values each row has.
  public int columns() {
    return columns;
  }

  /// How many `?` are among the values.
  public int parameters() {
    return parameters;
  }

  /// Whether a value may turn out to be none, such as a number beyond the range of DOUBLE. Reading
  /// all rows tells.
  public boolean mayBeRefused() {
    return mayBeRefused;
  }

  /// Appends the row of parameters that stands for all rows.
  void appendRow(StringBuilder text) {
    for (int i = 0; i < columns; i++) {
      text.append(i == 0 ? "(?" : ",?");
    }
    text.append(')');
  }

  /// The statement with one row of parameters in place of the rows, one character for each byte.
  public String template() {
    StringBuilder text = new StringBuilder(from + 2 * columns + sql.length - to + 1);
    text.append(new String(sql, 0, from, StandardCharsets.ISO_8859_1));
    appendRow(text);
    text.append(new String(sql, to, sql.length - to, StandardCharsets.ISO_8859_1));
    return text.toString();
  }

  /// Whether a statement inserts the row of parameters that stands for the rows.
  public boolean isRowOf(Statement statement) {
    if (!(statement instanceof DataStatement.Insert insert)
        || insert.rows().size() != 1
        || insert.rows().getFirst().size() != columns) {
      return false;
    }
    List<Expression> row = insert.rows().getFirst();
    for (int i = 0; i < columns; i++) {
      if (!(row.get(i) instanceof Expression.ParameterMarker marker) || marker.index() != i) {
        return false;
      }
    }
    return true;
  }

  /// Reads the rows from the first one on.
  public Reader reader() {
    return new Reader(new LiteralCursor(sql, from, sqlModeBits), this);
  }

  /// The rows one after the other. Confined to one thread.
  public static final class Reader {
    private final LiteralCursor cursor;
    private final ValueList list;
    private int rowsLeft;
    private int columnsLeft;

    private Reader(LiteralCursor cursor, ValueList list) {
      this.cursor = cursor;
      this.list = list;
      this.rowsLeft = list.rows;
    }

    /// Steps to the next row; false behind the last.
    public boolean nextRow() {
      if (rowsLeft == 0) {
        return false;
      }
      if (rowsLeft < list.rows) {
        expect(cursor.take(')') && cursor.take(','));
      }
      expect(cursor.take('('));
      rowsLeft--;
      columnsLeft = list.columns;
      return true;
    }

    /// The next literal of the row; good until the next call.
    public LiteralCursor nextLiteral() {
      expect((columnsLeft == list.columns || cursor.take(',')) && cursor.literal());
      columnsLeft--;
      return cursor;
    }

    private void expect(boolean found) {
      if (!found) {
        throw new IllegalStateException(
            "VALUES list: expected what was checked, found something else at "
                + cursor.offset()
                + " with "
                + rowsLeft
                + " rows to come");
      }
    }
  }

  /// The pass over a list that finds out whether it is one.
  private static final class Check {
    private final LiteralCursor cursor;
    private final int from;
    private int rows;
    private int columns;
    private int parameters;
    private boolean mayBeRefused;

    Check(LiteralCursor cursor, int from) {
      this.cursor = cursor;
      this.from = from;
    }

    boolean run() {
      do {
        int values = row();
        if (values == 0 || (rows > 0 && values != columns)) {
          return false;
        }
        columns = values;
        rows++;
      } while (cursor.take(','));
      return true;
    }

    /// How many values the next row has; 0 if it is none.
    private int row() {
      if (!cursor.take('(')) {
        return 0;
      }
      int values = 0;
      do {
        if (!cursor.literal()) {
          return 0;
        }
        parameters += cursor.kind() == LiteralCursor.Kind.PARAMETER ? 1 : 0;
        mayBeRefused |= cursor.mayBeRefused();
        values++;
      } while (cursor.take(','));
      return cursor.take(')') ? values : 0;
    }
  }
}
