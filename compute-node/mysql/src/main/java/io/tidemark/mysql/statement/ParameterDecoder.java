package io.tidemark.mysql.statement;

import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// Reads the values of parameters and query attributes in the binary protocol.
///
/// Source: MySQL manual, Client/Server Protocol, "Binary Protocol Value".
final class ParameterDecoder {
  private static final int MICROSECOND_DIGITS = 6;
  private static final int MAX_DECIMAL_TEXT = 100;

  private ParameterDecoder() {}

  /// Reads one value.
  ///
  /// @param type a code of [ParameterType]
  /// @param flags 0x80 if an integer is unsigned
  static Value read(PayloadReader payload, int type, int flags, Charset charset) {
    boolean unsigned = (flags & ParameterType.UNSIGNED_FLAG) != 0;
    return switch (type) {
      case ParameterType.NULL -> NullValue.NULL;
      case ParameterType.TINY -> {
        int value = payload.readByte();
        yield IntValue.of(unsigned ? value : (byte) value, unsigned);
      }
      case ParameterType.SHORT, ParameterType.YEAR -> {
        int value = payload.readShort();
        yield IntValue.of(unsigned ? value : (short) value, unsigned);
      }
      case ParameterType.LONG, ParameterType.INT24 -> {
        int value = payload.readInt();
        yield IntValue.of(unsigned ? Integer.toUnsignedLong(value) : value, unsigned);
      }
      case ParameterType.LONGLONG -> IntValue.of(payload.readLong(), unsigned);
      case ParameterType.FLOAT -> FloatValue.of(Float.intBitsToFloat(payload.readInt()));
      case ParameterType.DOUBLE -> DoubleValue.of(Double.longBitsToDouble(payload.readLong()));
      case ParameterType.DATE -> readDate(payload);
      case ParameterType.DATETIME, ParameterType.TIMESTAMP -> readDateTime(payload);
      case ParameterType.TIME -> readTime(payload);
      default -> ofBytes(payload.readLengthEncodedBytes(), type, charset);
    };
  }

  /// A value that travels as a string: also one that came in pieces (COM_STMT_SEND_LONG_DATA).
  static Value ofBytes(byte[] bytes, int type, Charset charset) {
    return switch (type) {
      case ParameterType.DECIMAL, ParameterType.NEWDECIMAL -> decimal(bytes, charset);
      case ParameterType.TINY_BLOB,
          ParameterType.MEDIUM_BLOB,
          ParameterType.LONG_BLOB,
          ParameterType.BLOB,
          ParameterType.BIT,
          ParameterType.GEOMETRY ->
          StringValue.binary(bytes);
      case ParameterType.VARCHAR,
          ParameterType.VAR_STRING,
          ParameterType.STRING,
          ParameterType.ENUM,
          ParameterType.SET,
          ParameterType.JSON ->
          new StringValue(bytes, charset.defaultCollation());
      default -> throw new MalformedPacket("parameter of unknown type " + type);
    };
  }

  /// A decimal; what is not plainly one stays a string, and is converted where it is used.
  private static Value decimal(byte[] bytes, Charset charset) {
    if (bytes.length <= MAX_DECIMAL_TEXT && isPlainNumber(bytes)) {
      return DecimalValue.of(new BigDecimal(new String(bytes, StandardCharsets.US_ASCII)));
    }
    return new StringValue(bytes, charset.defaultCollation());
  }

  private static boolean isPlainNumber(byte[] bytes) {
    int digits = 0;
    int points = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte c = bytes[i];
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.') {
        points++;
      } else if (i > 0 || c != '-' && c != '+') {
        return false;
      }
    }
    return digits > 0 && points <= 1;
  }

  private static Value readDate(PayloadReader payload) {
    int length = payload.readByte();
    PayloadReader fields = payload.slice(length);
    if (length == 0) {
      return DateValue.ZERO;
    }
    require(length == 4 || length == 7 || length == 11);
    int year = fields.readShort();
    int month = fields.readByte();
    int day = fields.readByte();
    require(year <= 9999 && month <= 12 && day <= 31);
    return DateValue.of(year, month, day);
  }

  private static Value readDateTime(PayloadReader payload) {
    int length = payload.readByte();
    PayloadReader fields = payload.slice(length);
    if (length == 0) {
      return DateTimeValue.ZERO;
    }
    require(length == 4 || length == 7 || length == 11);
    int year = fields.readShort();
    int month = fields.readByte();
    int day = fields.readByte();
    int hour = length >= 7 ? fields.readByte() : 0;
    int minute = length >= 7 ? fields.readByte() : 0;
    int second = length >= 7 ? fields.readByte() : 0;
    long micros = length == 11 ? fields.readUnsignedInt() : 0;
    require(year <= 9999 && month <= 12 && day <= 31);
    require(hour < 24 && minute < 60 && second < 60 && micros < 1_000_000);
    return DateTimeValue.of(
        year, month, day, hour, minute, second, (int) micros, micros == 0 ? 0 : MICROSECOND_DIGITS);
  }

  private static Value readTime(PayloadReader payload) {
    int length = payload.readByte();
    PayloadReader fields = payload.slice(length);
    if (length == 0) {
      return TimeValue.ofMicros(0, 0);
    }
    require(length == 8 || length == 12);
    boolean negative = fields.readByte() != 0;
    long days = fields.readUnsignedInt();
    int hour = fields.readByte();
    int minute = fields.readByte();
    int second = fields.readByte();
    long micros = length == 12 ? fields.readUnsignedInt() : 0;
    require(hour < 24 && minute < 60 && second < 60 && micros < 1_000_000);
    long seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    long total = seconds * 1_000_000 + micros;
    return TimeValue.limited(negative ? -total : total, micros == 0 ? 0 : MICROSECOND_DIGITS);
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new Rejected(MySqlError.WRONG_ARGUMENTS, "mysqld_stmt_execute");
    }
  }
}
