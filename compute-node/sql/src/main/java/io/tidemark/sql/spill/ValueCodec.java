package io.tidemark.sql.spill;

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
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Writes values to a temporary file and reads them back within the same execution. Types of ENUM
/// and SET values stay in memory and are referred to by number. Confined to the statement's thread.
final class ValueCodec {
  private final List<SqlType> types = new ArrayList<>();

  void write(Value[] values, SpillOutput out) {
    for (Value value : values) {
      write(value, out);
    }
  }

  private void write(Value value, SpillOutput out) {
    switch (value) {
      case NullValue _ -> out.putByte(0);
      case IntValue number -> {
        out.putByte(number.isUnsigned() ? 2 : 1);
        out.putLong(number.value());
      }
      case DecimalValue number -> {
        out.putByte(3);
        out.putBytes(number.unscaled().toByteArray());
        out.putByte(number.scale());
        out.putByte(number.displayScale());
      }
      case DoubleValue number -> {
        out.putByte(4);
        out.putLong(Double.doubleToRawLongBits(number.value()));
        out.putByte(number.decimals());
      }
      case FloatValue number -> {
        out.putByte(5);
        out.putInt(Float.floatToRawIntBits(number.value()));
        out.putByte(number.decimals());
      }
      case StringValue text -> {
        out.putByte(6);
        out.putInt(text.collation().id());
        out.putBytes(text.bytes());
      }
      case BitValue bits -> {
        out.putByte(7);
        out.putBytes(bits.toBytes());
      }
      case DateValue date -> {
        out.putByte(8);
        out.putInt(date.packed());
      }
      case TimeValue time -> {
        out.putByte(9);
        out.putLong(time.micros());
        out.putByte(time.fsp());
      }
      case DateTimeValue moment -> {
        out.putByte(10);
        out.putLong(moment.packed());
        out.putByte(moment.fsp());
      }
      case EnumValue member -> {
        out.putByte(11);
        out.putInt(member.index());
        out.putInt(number(member.type()));
      }
      case SetValue members -> {
        out.putByte(12);
        out.putLong(members.bits());
        out.putInt(number(members.type()));
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

  Value[] read(int count, SpillInput in) {
    Value[] values = new Value[count];
    for (int i = 0; i < count; i++) {
      values[i] = read(in);
    }
    return values;
  }

  private Value read(SpillInput in) {
    int tag = in.getByte();
    return switch (tag) {
      case 0 -> NullValue.NULL;
      case 1 -> IntValue.of(in.getLong());
      case 2 -> IntValue.ofUnsigned(in.getLong());
      case 3 -> {
        BigInteger unscaled = new BigInteger(in.getBytes());
        int scale = in.getByte();
        yield DecimalValue.of(unscaled, scale, in.getByte());
      }
      case 4 -> {
        double value = Double.longBitsToDouble(in.getLong());
        yield DoubleValue.of(value, in.getByte());
      }
      case 5 -> {
        float value = Float.intBitsToFloat(in.getInt());
        yield FloatValue.of(value, in.getByte());
      }
      case 6 -> {
        int collation = in.getInt();
        yield new StringValue(
            in.getBytes(),
            Collations.find(collation)
                .orElseThrow(() -> new Corrupt("temporary file: unknown collation " + collation)));
      }
      case 7 -> new BitValue(in.getBytes());
      case 8 -> new DateValue(in.getInt());
      case 9 -> {
        long micros = in.getLong();
        yield new TimeValue(micros, in.getByte());
      }
      case 10 -> {
        long packed = in.getLong();
        yield new DateTimeValue(packed, in.getByte());
      }
      case 11 -> {
        int index = in.getInt();
        yield new EnumValue(index, types.get(in.getInt()));
      }
      case 12 -> {
        long bits = in.getLong();
        yield new SetValue(bits, types.get(in.getInt()));
      }
      default -> throw new Corrupt("temporary file: expected a value, found tag " + tag);
    };
  }

  /// About how much memory a row of these values takes.
  static long sizeOf(Value[] values) {
    long size = 16 + 4L * values.length;
    for (Value value : values) {
      size +=
          switch (value) {
            case NullValue _ -> 0;
            case StringValue text -> 48 + text.bytes().length;
            case DecimalValue number -> number.isCompact() ? 32 : 120;
            default -> 24;
          };
    }
    return size;
  }
}
