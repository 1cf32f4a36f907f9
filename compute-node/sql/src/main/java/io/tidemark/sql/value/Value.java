package io.tidemark.sql.value;

import io.tidemark.sql.collation.Collations;

/// A value of one of MySQL's types, or NULL. Immutable.
///
/// Conversions do what MySQL does when an expression of one type stands where another type is
/// needed: they round, take the longest prefix that makes sense, and warn (error 1292). Conversion
/// into a column is [Conversion#store], which can refuse. Asking NULL for a number, a text or a
/// truth is a programming error.
public sealed interface Value
    permits NullValue,
        IntValue,
        DecimalValue,
        DoubleValue,
        FloatValue,
        StringValue,
        BitValue,
        TemporalValue,
        EnumValue,
        SetValue {

  default boolean isNull() {
    return false;
  }

  /// As a 64-bit integer: decimals and doubles are rounded half away from zero and limited to the
  /// signed range; an unsigned integer gives its bits.
  long toLong(ConversionContext context);

  double toDouble(ConversionContext context);

  DecimalValue toDecimal(ConversionContext context);

  /// The text of the value in UTF-8, or in its own character set if it is a string. The caller must
  /// not change the array.
  byte[] toBytes();

  /// The value as a string; numbers and temporals in UTF-8.
  default StringValue toText() {
    return new StringValue(toBytes(), Collations.UTF8MB4_0900_AI_CI);
  }

  /// True if the value counts as true in WHERE and in logical operators: not zero.
  boolean isTrue(ConversionContext context);

  /// A [DateTimeValue], or NULL with a warning if it is not one.
  Value toDateTime(ConversionContext context);

  /// A [DateValue], or NULL with a warning if it is not one.
  Value toDate(ConversionContext context);

  /// A [TimeValue], or NULL with a warning if it is not one.
  Value toTime(ConversionContext context);

  /// The text as a Java string, for messages and tests.
  default String asString() {
    return new String(toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
