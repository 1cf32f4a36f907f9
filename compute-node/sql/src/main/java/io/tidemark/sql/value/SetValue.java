package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;

/// A value of a SET column: bit n stands for member n.
///
/// @param bits the members that are in it
/// @param type the column's type with its members
public record SetValue(long bits, SqlType type) implements Value {
  private String member() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < type.members().size(); i++) {
      if ((bits >>> i & 1) != 0) {
        text.append(text.isEmpty() ? "" : ",").append(type.members().get(i));
      }
    }
    return text.toString();
  }

  @Override
  public long toLong(ConversionContext context) {
    return bits;
  }

  @Override
  public double toDouble(ConversionContext context) {
    return (double) bits;
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return DecimalValue.of(bits, 0);
  }

  @Override
  public byte[] toBytes() {
    return type.collation().charset().encode(member());
  }

  @Override
  public StringValue toText() {
    return new StringValue(toBytes(), type.collation());
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return bits != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return toText().toDateTime(context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toText().toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return toText().toTime(context);
  }

  @Override
  public String asString() {
    return member();
  }

  @Override
  public String toString() {
    return "'" + member() + "'";
  }
}
