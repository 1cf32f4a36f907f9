package io.tidemark.sql.value;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A text in the character set of its collation, or a binary string if the collation is `binary`.
public final class StringValue implements Value {
  private static final byte[] NO_BYTES = {};

  private final byte[] bytes;
  private final Collation collation;

  /// Takes over `bytes`: the caller must not change them any more.
  public StringValue(byte[] bytes, Collation collation) {
    this.bytes = bytes;
    this.collation = collation;
  }

  /// A text in `utf8mb4_0900_ai_ci`.
  public static StringValue of(String text) {
    return new StringValue(text.getBytes(StandardCharsets.UTF_8), Collations.UTF8MB4_0900_AI_CI);
  }

  public static StringValue of(String text, Collation collation) {
    return new StringValue(collation.charset().encode(text), collation);
  }

  public static StringValue binary(byte[] bytes) {
    return new StringValue(bytes, Collations.BINARY);
  }

  public static StringValue empty(Collation collation) {
    return new StringValue(NO_BYTES, collation);
  }

  /// Shared: the caller must not change the array.
  public byte[] bytes() {
    return bytes;
  }

  public Collation collation() {
    return collation;
  }

  public Charset charset() {
    return collation.charset();
  }

  public boolean isBinary() {
    return collation.charset() == Charset.BINARY;
  }

  /// The same text in the character set of `target`; this value if it is there already.
  public StringValue in(Collation target) {
    if (collation.equals(target)) {
      return this;
    }
    return new StringValue(target.charset().convert(bytes, collation.charset()), target);
  }

  @Override
  public long toLong(ConversionContext context) {
    return NumberParser.toLong(this, context);
  }

  @Override
  public double toDouble(ConversionContext context) {
    return NumberParser.toDouble(this, context);
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return NumberParser.toDecimal(this, context);
  }

  @Override
  public byte[] toBytes() {
    return bytes;
  }

  @Override
  public StringValue toText() {
    return this;
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return toDouble(context) != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return TemporalParser.toDateTime(this, context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return TemporalParser.toDate(this, context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return TemporalParser.toTime(this, context);
  }

  @Override
  public String asString() {
    return collation.charset().decode(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StringValue that
        && that.collation.equals(collation)
        && Arrays.equals(that.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "'" + asString() + "'";
  }
}
