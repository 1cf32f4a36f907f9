package io.tidemark.mysql.result;

import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.type.SqlType;
import java.nio.charset.StandardCharsets;

/// Rows of COM_QUERY: each value is its text with its length before it, NULL is 0xFB.
public final class TextResultWriter extends ResultWriter {
  private static final int NULL = 0xFB;

  public TextResultWriter(PacketWriter writer, Responses responses, SqlSession session) {
    super(writer, responses, session);
  }

  @Override
  public void putNull() {
    column++;
    writer.writeByte(NULL);
  }

  @Override
  public void putLong(long value) {
    SqlType type = types[column++];
    byte[] target = writer.reserve(1 + IntegerText.MAX_LENGTH);
    int start = writer.position() + 1;
    if (type.zerofill() && value >= 0) {
      finish(target, start, IntegerText.printPadded(target, start, value, displayWidth(type)));
    } else if (type.unsigned()) {
      finish(target, start, printUnsigned(target, start, type, value));
    } else {
      finish(target, start, IntegerText.print(target, start, value));
    }
  }

  private static int printUnsigned(byte[] target, int start, SqlType type, long value) {
    return switch (type.kind()) {
      case YEAR -> IntegerText.printPadded(target, start, value, 4);
      default -> IntegerText.printUnsigned(target, start, value);
    };
  }

  private static int displayWidth(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 3;
      case SMALLINT -> 5;
      case MEDIUMINT -> 8;
      case INT -> 10;
      case BIGINT -> 20;
      default -> 4;
    };
  }

  private void finish(byte[] target, int start, int end) {
    target[start - 1] = (byte) (end - start);
    writer.advanceTo(end);
  }

  @Override
  public void putFloat(float value) {
    SqlType type = types[column++];
    if (type.scale() < SqlType.UNSPECIFIED_SCALE || type.zerofill()) {
      putFloatingText(type, FloatingText.fixedOrShortest(value, type.scale()));
      return;
    }
    byte[] target = writer.reserve(1 + FloatingText.MAX_LENGTH);
    int start = writer.position() + 1;
    finish(target, start, FloatingText.print(target, start, value));
  }

  @Override
  public void putDouble(double value) {
    SqlType type = types[column++];
    if (type.scale() < SqlType.UNSPECIFIED_SCALE || type.zerofill()) {
      putFloatingText(type, FloatingText.fixedOrShortest(value, type.scale()));
      return;
    }
    byte[] target = writer.reserve(1 + FloatingText.MAX_LENGTH);
    int start = writer.position() + 1;
    finish(target, start, FloatingText.print(target, start, value));
  }

  private void putFloatingText(SqlType type, String text) {
    int width = type.zerofill() ? floatingWidth(type) : 0;
    String padded = "0".repeat(Math.max(0, width - text.length())) + text;
    byte[] bytes = padded.getBytes(StandardCharsets.US_ASCII);
    writer.writeLengthEncodedBytes(bytes, 0, bytes.length);
  }

  private static int floatingWidth(SqlType type) {
    return switch (type.kind()) {
      case FLOAT -> type.length() == 0 ? 12 : (int) type.length();
      default -> type.length() == 0 ? 22 : (int) type.length();
    };
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
    SqlType type = types[column++];
    byte[] target = writer.reserve(1 + TemporalText.MAX_LENGTH);
    int start = writer.position() + 1;
    int at = start;
    switch (type.kind()) {
      case DATE -> at = TemporalText.printDate(target, at, year, month, day);
      case TIME -> {
        if (negative) {
          target[at++] = '-';
        }
        at = printTime(target, at, type, hours, minutes, seconds, microseconds);
      }
      default -> {
        at = TemporalText.printDate(target, at, year, month, day);
        target[at++] = ' ';
        at = printTime(target, at, type, hours, minutes, seconds, microseconds);
      }
    }
    finish(target, start, at);
  }

  private static int printTime(
      byte[] target, int at, SqlType type, int hours, int minutes, int seconds, int microseconds) {
    return TemporalText.printTime(target, at, hours, minutes, seconds, microseconds, type.scale());
  }
}
