package io.tidemark.sql.value;

/// An integer of 64 bits, signed or unsigned. Values of YEAR columns are these as well.
public final class IntValue implements Value {
  private static final int CACHE_LOW = -128;
  private static final int CACHE_HIGH = 1023;
  private static final IntValue[] SIGNED = cache(false);
  private static final IntValue[] UNSIGNED = cache(true);

  public static final IntValue ZERO = of(0);
  public static final IntValue ONE = of(1);

  private final long value;
  private final boolean unsigned;

  private IntValue(long value, boolean unsigned) {
    this.value = value;
    this.unsigned = unsigned;
  }

  private static IntValue[] cache(boolean unsigned) {
    int low = unsigned ? 0 : CACHE_LOW;
    IntValue[] values = new IntValue[CACHE_HIGH - low + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = new IntValue((long) low + i, unsigned);
    }
    return values;
  }

  public static IntValue of(long value) {
    if (value >= CACHE_LOW && value <= CACHE_HIGH) {
      return SIGNED[(int) value - CACHE_LOW];
    }
    return new IntValue(value, false);
  }

  /// `value` holds the 64 bits of an unsigned number.
  public static IntValue ofUnsigned(long value) {
    if (value >= 0 && value <= CACHE_HIGH) {
      return UNSIGNED[(int) value];
    }
    return new IntValue(value, true);
  }

  public static IntValue of(long value, boolean unsigned) {
    return unsigned ? ofUnsigned(value) : of(value);
  }

  public static IntValue of(boolean truth) {
    return truth ? ONE : ZERO;
  }

  /// The 64 bits.
  public long value() {
    return value;
  }

  public boolean isUnsigned() {
    return unsigned;
  }

  public boolean isNegative() {
    return !unsigned && value < 0;
  }

  @Override
  public long toLong(ConversionContext context) {
    return value;
  }

  @Override
  public double toDouble(ConversionContext context) {
    return unsigned && value < 0 ? unsignedToDouble(value) : (double) value;
  }

  /// Rounds once: the lost low bit is kept sticky.
  static double unsignedToDouble(long bits) {
    return (double) ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return unsigned && value < 0 ? DecimalValue.ofUnsigned(value) : DecimalValue.of(value, 0);
  }

  @Override
  public byte[] toBytes() {
    return unsigned ? NumberText.ofUnsigned(value) : NumberText.of(value);
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return value != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return unsigned && value < 0
        ? toDecimal(context).toDateTime(context)
        : TemporalNumber.toDateTime(value, 0, context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toDateTime(context).toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return unsigned && value < 0
        ? toDecimal(context).toTime(context)
        : TemporalNumber.toTime(value, 0, context);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntValue that && that.value == value && that.unsigned == unsigned;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(value);
  }

  @Override
  public String toString() {
    return asString();
  }
}
