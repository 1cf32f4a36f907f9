package io.tidemark.sql.function;

import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;

/// Error 1690. MySQL prints the expression; this prints it with the values that overflowed.
final class Overflow {
  private Overflow() {}

  static Rejected of(String type, Value a, String operator, Value b) {
    return new Rejected(
        MySqlError.DATA_OUT_OF_RANGE, type, "(" + show(a) + " " + operator + " " + show(b) + ")");
  }

  static Rejected of(String type, String function, Value a) {
    return new Rejected(MySqlError.DATA_OUT_OF_RANGE, type, function + "(" + show(a) + ")");
  }

  static Rejected of(String type, String function, Value a, Value b) {
    return new Rejected(
        MySqlError.DATA_OUT_OF_RANGE, type, function + "(" + show(a) + "," + show(b) + ")");
  }

  private static String show(Value value) {
    return value instanceof StringValue ? value.toString() : value.asString();
  }
}
