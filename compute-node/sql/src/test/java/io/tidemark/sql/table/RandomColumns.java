package io.tidemark.sql.table;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Types and values by chance, edges preferred.
final class RandomColumns {
  private static final String[] TEXTS = {
    "", " ", "  ", "a", "A", "a ", "a\t", "ä", "ß", "ss", "b", "aa", "ab", "\0", "a\0b", "Ωmega",
    "日本語", "😀", "z", "Z", "a b", "!", "~"
  };

  private final Random random;

  RandomColumns(Random random) {
    this.random = random;
  }

  static List<SqlType> allTypes() {
    List<SqlType> types = new ArrayList<>();
    for (TypeKind kind :
        List.of(
            TypeKind.TINYINT,
            TypeKind.SMALLINT,
            TypeKind.MEDIUMINT,
            TypeKind.INT,
            TypeKind.BIGINT)) {
      types.add(SqlType.integer(kind, false));
      types.add(SqlType.integer(kind, true));
    }
    types.add(SqlType.YEAR);
    types.add(SqlType.bit(1));
    types.add(SqlType.bit(13));
    types.add(SqlType.bit(64));
    for (int[] decimal :
        new int[][] {{1, 0}, {5, 2}, {10, 2}, {18, 18}, {19, 4}, {30, 10}, {65, 30}}) {
      types.add(SqlType.decimal(decimal[0], decimal[1]));
    }
    types.add(SqlType.FLOAT);
    types.add(SqlType.DOUBLE);
    types.add(SqlType.DATE);
    for (int fsp : new int[] {0, 3, 6}) {
      types.add(SqlType.time(fsp));
      types.add(SqlType.datetime(fsp));
      types.add(SqlType.timestamp(fsp));
    }
    for (Collation collation : Collations.all()) {
      if (!collation.equals(Collations.BINARY)) {
        types.add(SqlType.varchar(40, collation));
        types.add(SqlType.character(40, collation));
      }
    }
    types.add(SqlType.binary(40));
    types.add(SqlType.varbinary(40));
    types.add(SqlType.textLob(TypeKind.TEXT, Collations.UTF8MB4_0900_AI_CI));
    types.add(SqlType.blob(TypeKind.LONGBLOB));
    types.add(SqlType.enumOf(List.of("b", "a", "c"), Collations.UTF8MB4_0900_AI_CI));
    types.add(SqlType.enumOf(manyMembers(300), Collations.UTF8MB4_0900_AI_CI));
    types.add(SqlType.setOf(List.of("x", "y", "z"), Collations.UTF8MB4_0900_AI_CI));
    types.add(SqlType.setOf(manyMembers(64), Collations.UTF8MB4_0900_AI_CI));
    return types;
  }

  private static List<String> manyMembers(int count) {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add("m" + i);
    }
    return members;
  }

  Value valueOrNull(SqlType type) {
    return random.nextInt(8) == 0 ? NullValue.NULL : value(type);
  }

  Value value(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> integer(type, 8);
      case SMALLINT -> integer(type, 16);
      case MEDIUMINT -> integer(type, 24);
      case INT -> integer(type, 32);
      case BIGINT -> integer(type, 64);
      case YEAR -> IntValue.ofUnsigned(random.nextInt(5) == 0 ? 0 : 1901 + random.nextInt(255));
      case BIT -> BitValue.of(bits((int) type.length()), (int) type.length());
      case DECIMAL -> decimal(type);
      case FLOAT -> FloatValue.of(random.nextInt(4) == 0 ? 0f : (float) approximate());
      case DOUBLE -> DoubleValue.of(approximate());
      case DATE -> DateValue.of(random.nextInt(3) * 4999, random.nextInt(13), random.nextInt(32));
      case TIME ->
          TimeValue.ofMicros(cut((random.nextLong() % TimeValue.MAX_MICROS), type), type.scale());
      case DATETIME -> dateTime(type, 0, 9999);
      case TIMESTAMP -> dateTime(type, 1971, 2037);
      case ENUM -> new EnumValue(random.nextInt(type.members().size() + 1), type);
      case SET -> new SetValue(bits(type.members().size()), type);
      default -> text(type);
    };
  }

  private Value integer(SqlType type, int width) {
    long bits = bits(width);
    if (!type.unsigned()) {
      int unused = 64 - width;
      return IntValue.of(bits << unused >> unused);
    }
    return IntValue.ofUnsigned(bits);
  }

  private long bits(int width) {
    long mask = width == 64 ? -1 : (1L << width) - 1;
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> mask;
      case 2 -> mask >>> 1;
      case 3 -> (mask >>> 1) + 1;
      case 4 -> random.nextInt(4) & mask;
      default -> random.nextLong() & mask;
    };
  }

  private Value decimal(SqlType type) {
    int digits = 1 + random.nextInt((int) type.length());
    BigInteger unscaled = new BigInteger(BigInteger.TEN.pow(digits).bitLength(), random);
    unscaled = unscaled.mod(BigInteger.TEN.pow(digits));
    if (random.nextInt(6) == 0) {
      unscaled = BigInteger.TEN.pow((int) type.length()).subtract(BigInteger.ONE);
    }
    if (random.nextBoolean()) {
      unscaled = unscaled.negate();
    }
    return DecimalValue.of(new BigDecimal(unscaled, type.scale()));
  }

  private double approximate() {
    return switch (random.nextInt(5)) {
      case 0 -> 0.0;
      case 1 -> Double.MIN_VALUE;
      case 2 -> -random.nextDouble();
      case 3 -> random.nextGaussian() * 1e30;
      default -> random.nextInt(10);
    };
  }

  private Value dateTime(SqlType type, int fromYear, int toYear) {
    long micros =
        DateTimeValue.of(
                fromYear + random.nextInt(toYear - fromYear + 1),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                (int) cut(random.nextInt(1_000_000), type),
                0)
            .packed();
    return new DateTimeValue(micros, type.scale());
  }

  private static long cut(long micros, SqlType type) {
    long unit = (long) Math.pow(10, 6 - type.scale());
    return micros / unit * unit;
  }

  private Value text(SqlType type) {
    Collation collation = type.collation();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(TEXTS[random.nextInt(TEXTS.length)]);
    }
    byte[] bytes = collation.charset().encode(text.toString());
    if (collation.equals(Collations.BINARY) && random.nextBoolean()) {
      random.nextBytes(bytes);
    }
    return new StringValue(bytes, collation);
  }
}
