package io.tidemark.sql.variable;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Locale;

/// `sql_mode` as text, as a set of [SqlMode] bits, and as MySQL's number.
public final class SqlModeText {
  /// MySQL's bit of each mode, in the order of [SqlMode]; they travel in binlog events.
  private static final int[] MYSQL_BITS = {
    0, 1, 2, 3, 5, 6, 7, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 31, 32
  };

  private SqlModeText() {}

  /// The modes of a list of names; ANSI and TRADITIONAL bring those they stand for.
  ///
  /// @throws Rejected 1231 for an unknown name
  public static int parse(String text) {
    int bits = 0;
    for (String name : text.split(",", -1)) {
      if (!name.isBlank()) {
        bits |= expand(find(name.trim()));
      }
    }
    return bits;
  }

  private static SqlMode find(String name) {
    for (SqlMode mode : SqlMode.values()) {
      if (mode.name().equals(name.toUpperCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw new Rejected(MySqlError.WRONG_VALUE_FOR_VAR, "sql_mode", name);
  }

  private static int expand(SqlMode mode) {
    return switch (mode) {
      case ANSI ->
          mode.bit()
              | SqlMode.REAL_AS_FLOAT.bit()
              | SqlMode.PIPES_AS_CONCAT.bit()
              | SqlMode.ANSI_QUOTES.bit()
              | SqlMode.IGNORE_SPACE.bit()
              | SqlMode.ONLY_FULL_GROUP_BY.bit();
      case TRADITIONAL ->
          mode.bit()
              | SqlMode.STRICT_TRANS_TABLES.bit()
              | SqlMode.STRICT_ALL_TABLES.bit()
              | SqlMode.NO_ZERO_IN_DATE.bit()
              | SqlMode.NO_ZERO_DATE.bit()
              | SqlMode.ERROR_FOR_DIVISION_BY_ZERO.bit()
              | SqlMode.NO_ENGINE_SUBSTITUTION.bit();
      default -> mode.bit();
    };
  }

  /// The modes of MySQL's number.
  ///
  /// @throws Rejected 1231 if it holds a bit without meaning
  public static int ofNumber(long number) {
    int bits = 0;
    long rest = number;
    for (SqlMode mode : SqlMode.values()) {
      long bit = 1L << MYSQL_BITS[mode.ordinal()];
      if ((rest & bit) != 0) {
        bits |= expand(mode);
        rest &= ~bit;
      }
    }
    if (rest != 0) {
      throw new Rejected(MySqlError.WRONG_VALUE_FOR_VAR, "sql_mode", Long.toUnsignedString(number));
    }
    return bits;
  }

  /// As `SELECT @@sql_mode` prints it.
  public static String print(int bits) {
    StringBuilder text = new StringBuilder();
    for (SqlMode mode : SqlMode.values()) {
      if ((bits & mode.bit()) != 0) {
        text.append(text.isEmpty() ? "" : ",").append(mode.name());
      }
    }
    return text.toString();
  }
}
