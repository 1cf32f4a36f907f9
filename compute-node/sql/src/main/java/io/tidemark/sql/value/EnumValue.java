package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;

/// A value of an ENUM column: a member's number, from 1; 0 is the error value, whose text is empty.
///
/// @param index number of the member
/// @param type the column's type with its members
public record EnumValue(int index, SqlType type) implements Value {
  public EnumValue {
    if (index < 0 || index > type.members().size()) {
      throw new IllegalArgumentException(
          "member of enum: expected 0 to " + type.members().size() + ", found " + index);
    }
  }

  private String member() {
    return index == 0 ? "" : type.members().get(index - 1);
  }

  @Override
  public long toLong(ConversionContext context) {
    return index;
  }

  @Override
  public double toDouble(ConversionContext context) {
    return (double) index;
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return DecimalValue.of(index, 0);
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
    return index != 0;
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
