package io.tidemark.sql.value;

/// SQL's NULL.
public final class NullValue implements Value {
  public static final NullValue NULL = new NullValue();

  private NullValue() {}

  @Override
  public boolean isNull() {
    return true;
  }

  private static IllegalStateException misuse() {
    return new IllegalStateException(
        "NULL has neither number nor text: its reader must ask isNull() first");
  }

  @Override
  public long toLong(ConversionContext context) {
    throw misuse();
  }

  @Override
  public double toDouble(ConversionContext context) {
    throw misuse();
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    throw misuse();
  }

  @Override
  public byte[] toBytes() {
    throw misuse();
  }

  /// NULL is not true.
  @Override
  public boolean isTrue(ConversionContext context) {
    return false;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return this;
  }

  @Override
  public Value toDate(ConversionContext context) {
    return this;
  }

  @Override
  public Value toTime(ConversionContext context) {
    return this;
  }

  @Override
  public String asString() {
    return "NULL";
  }

  @Override
  public String toString() {
    return "NULL";
  }
}
