package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.one;
import static io.tidemark.sql.function.Calls.two;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import java.util.List;

/// `& | ^ ~ << >>` and BIT_COUNT on 64 unsigned bits.
final class BitFunctions {
  private BitFunctions() {}

  static List<FunctionDefinition> all() {
    SqlType bits = SqlType.BIGINT_UNSIGNED;
    return List.of(
        two("&", bits, (c, a, b) -> IntValue.ofUnsigned(a.toLong(c) & b.toLong(c))),
        two("|", bits, (c, a, b) -> IntValue.ofUnsigned(a.toLong(c) | b.toLong(c))),
        two("^", bits, (c, a, b) -> IntValue.ofUnsigned(a.toLong(c) ^ b.toLong(c))),
        one("~", bits, (c, a) -> IntValue.ofUnsigned(~a.toLong(c))),
        two("<<", bits, (c, a, b) -> IntValue.ofUnsigned(shiftLeft(a.toLong(c), b.toLong(c)))),
        two(">>", bits, (c, a, b) -> IntValue.ofUnsigned(shiftRight(a.toLong(c), b.toLong(c)))),
        one(
            "BIT_COUNT",
            SqlType.integerOfDigits(2, false),
            (c, a) -> IntValue.of(Long.bitCount(a.toLong(c)))));
  }

  private static long shiftLeft(long value, long by) {
    return by < 0 || by > 63 ? 0 : value << by;
  }

  private static long shiftRight(long value, long by) {
    return by < 0 || by > 63 ? 0 : value >>> by;
  }
}
