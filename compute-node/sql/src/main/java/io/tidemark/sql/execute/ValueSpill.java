package io.tidemark.sql.execute;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.SetValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Corrupt;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Writes values to a temporary file and reads them back within the same execution. Types of ENUM
/// and SET values stay in memory and are referred to by number. Confined to the statement's thread.
final class ValueSpill {
  private final List<SqlType> types = new ArrayList<>();

  void write(Value[] values, DataOutputStream out) throws IOException {
    for (Value value : values) {
      write(value, out);
    }
  }

  private void write(Value value, DataOutputStream out) throws IOException {
    switch (value) {
      case NullValue _ -> out.writeByte(0);
      case IntValue number -> {
        out.writeByte(number.isUnsigned() ? 2 : 1);
        out.writeLong(number.value());
      }
      case DecimalValue number -> {
        out.writeByte(3);
        bytes(number.unscaled().toByteArray(), out);
        out.writeByte(number.scale());
        out.writeByte(number.displayScale());
      }
      case DoubleValue number -> {
        out.writeByte(4);
        out.writeDouble(number.value());
        out.writeByte(number.decimals());
      }
      case FloatValue number -> {
        out.writeByte(5);
        out.writeFloat(number.value());
        out.writeByte(number.decimals());
      }
      case StringValue text -> {
        out.writeByte(6);
        out.writeShort(text.collation().id());
        bytes(text.bytes(), out);
      }
      case BitValue bits -> {
        out.writeByte(7);
        bytes(bits.toBytes(), out);
      }
      case DateValue date -> {
        out.writeByte(8);
        out.writeInt(date.packed());
      }
      case TimeValue time -> {
        out.writeByte(9);
        out.writeLong(time.micros());
        out.writeByte(time.fsp());
      }
      case DateTimeValue moment -> {
        out.writeByte(10);
        out.writeLong(moment.packed());
        out.writeByte(moment.fsp());
      }
      case EnumValue member -> {
        out.writeByte(11);
        out.writeInt(member.index());
        out.writeInt(number(member.type()));
      }
      case SetValue members -> {
        out.writeByte(12);
        out.writeLong(members.bits());
        out.writeInt(number(members.type()));
      }
    }
  }

  private int number(SqlType type) {
    int known = types.indexOf(type);
    if (known >= 0) {
      return known;
    }
    types.add(type);
    return types.size() - 1;
  }

  private static void bytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  Value[] read(int count, DataInputStream in) throws IOException {
    Value[] values = new Value[count];
    for (int i = 0; i < count; i++) {
      values[i] = read(in);
    }
    return values;
  }

  private Value read(DataInputStream in) throws IOException {
    int tag = in.readByte();
    return switch (tag) {
      case 0 -> NullValue.NULL;
      case 1 -> IntValue.of(in.readLong());
      case 2 -> IntValue.ofUnsigned(in.readLong());
      case 3 -> {
        BigInteger unscaled = new BigInteger(bytes(in));
        int scale = in.readByte();
        yield DecimalValue.of(unscaled, scale, in.readByte());
      }
      case 4 -> {
        double value = in.readDouble();
        yield DoubleValue.of(value, in.readByte());
      }
      case 5 -> {
        float value = in.readFloat();
        yield FloatValue.of(value, in.readByte());
      }
      case 6 -> {
        int collation = in.readShort();
        yield new StringValue(
            bytes(in),
            Collations.find(collation)
                .orElseThrow(() -> new Corrupt("sort file: unknown collation " + collation)));
      }
      case 7 -> new BitValue(bytes(in));
      case 8 -> new DateValue(in.readInt());
      case 9 -> {
        long micros = in.readLong();
        yield new TimeValue(micros, in.readByte());
      }
      case 10 -> {
        long packed = in.readLong();
        yield new DateTimeValue(packed, in.readByte());
      }
      case 11 -> {
        int index = in.readInt();
        yield new EnumValue(index, types.get(in.readInt()));
      }
      case 12 -> {
        long bits = in.readLong();
        yield new SetValue(bits, types.get(in.readInt()));
      }
      default -> throw new Corrupt("sort file: expected a value, found tag " + tag);
    };
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  /// About how much memory a row of these values takes.
  static long sizeOf(Value[] values) {
    long size = 32;
    for (Value value : values) {
      size += value instanceof StringValue text ? 48 + text.bytes().length : 24;
    }
    return size;
  }
}
