package io.tidemark.mysql.result;

import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.type.TypeKind;

/// Rows of prepared statements: a zero byte, a bitmap of NULLs that starts at bit 2, then the
/// values in little-endian order at the width of the column's type.
public final class BinaryResultWriter extends ResultWriter {
  private static final int FIRST_BIT = 2;

  public BinaryResultWriter(PacketWriter writer, Responses responses, SqlSession session) {
    super(writer, responses, session);
  }

  @Override
  public void startRow() {
    super.startRow();
    writer.writeZeros(1 + (types.length + 7 + FIRST_BIT) / 8);
  }

  @Override
  public void putNull() {
    int bit = FIRST_BIT + column++;
    writer.orByte(1 + (bit >> 3), 1 << (bit & 7));
  }

  @Override
  public void putLong(long value) {
    switch (types[column++].kind()) {
      case TINYINT -> writer.writeByte((int) value);
      case SMALLINT, YEAR -> writer.writeShort((int) value);
      case MEDIUMINT, INT -> writer.writeInt((int) value);
      default -> writer.writeLong(value);
    }
  }

  @Override
  public void putFloat(float value) {
    column++;
    writer.writeInt(Float.floatToRawIntBits(value));
  }

  @Override
  public void putDouble(double value) {
    column++;
    writer.writeLong(Double.doubleToRawLongBits(value));
  }

  @Override
  public void putBytes(byte[] bytes, int offset, int length) {
    column++;
    writer.writeLengthEncodedBytes(bytes, offset, length);
  }

  @Override
  public void putTemporal(
      boolean negative,
      int year,
      int month,
      int day,
      int hours,
      int minutes,
      int seconds,
      int microseconds) {
    if (types[column++].kind() == TypeKind.TIME) {
      putTime(negative, hours, minutes, seconds, microseconds);
      return;
    }
    boolean hasTime = (hours | minutes | seconds | microseconds) != 0;
    int length = microseconds != 0 ? 11 : hasTime ? 7 : (year | month | day) != 0 ? 4 : 0;
    writer.writeByte(length);
    if (length >= 4) {
      writer.writeShort(year);
      writer.writeByte(month);
      writer.writeByte(day);
    }
    if (length >= 7) {
      writer.writeByte(hours);
      writer.writeByte(minutes);
      writer.writeByte(seconds);
    }
    if (length == 11) {
      writer.writeInt(microseconds);
    }
  }

  private void putTime(boolean negative, int hours, int minutes, int seconds, int microseconds) {
    int length = microseconds != 0 ? 12 : (hours | minutes | seconds) != 0 ? 8 : 0;
    writer.writeByte(length);
    if (length >= 8) {
      writer.writeByte(negative ? 1 : 0);
      writer.writeInt(hours / 24);
      writer.writeByte(hours % 24);
      writer.writeByte(minutes);
      writer.writeByte(seconds);
    }
    if (length == 12) {
      writer.writeInt(microseconds);
    }
  }
}
