package io.tidemark.sql.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.collation.Collation;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  private static TableDefinition table(
      List<SqlType> types, boolean nullable, boolean[] descending) {
    List<ColumnDefinition> columns = new ArrayList<>();
    List<IndexDefinition.Column> parts = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      columns.add(ColumnDefinition.of("c" + i, types.get(i), nullable));
      parts.add(new IndexDefinition.Column(i, 0, descending[i]));
    }
    columns.add(ColumnDefinition.of("id", SqlType.INT, false));
    int id = types.size();
    return TableDefinition.create(
        columns,
        List.of(
            new IndexDefinition(
                "PRIMARY", List.of(new IndexDefinition.Column(id, 0, false)), true, false, "", ""),
            new IndexDefinition("k", parts, false, false, "", "")),
        Collations.UTF8MB4_0900_AI_CI,
        "",
        Map.of(),
        0);
  }

  private static byte[] row(TableDefinition table, List<Value> values) {
    RowWriter writer = new RowWriter(table.rowSchema());
    for (int i = 0; i < values.size(); i++) {
      StoredValues.write(writer, i, values.get(i), ZoneOffset.UTC);
    }
    writer.setLong(values.size(), 7);
    return writer.finish();
  }

  private static int compare(Value a, Value b, SqlType type) {
    if (a.isNull() || b.isNull()) {
      return Boolean.compare(!a.isNull(), !b.isNull());
    }
    return switch (a) {
      case IntValue x ->
          x.isUnsigned()
              ? Long.compareUnsigned(x.value(), ((IntValue) b).value())
              : Long.compare(x.value(), ((IntValue) b).value());
      case BitValue x -> Long.compareUnsigned(x.number(), ((BitValue) b).number());
      case EnumValue x -> Integer.compare(x.index(), ((EnumValue) b).index());
      case SetValue x -> Long.compareUnsigned(x.bits(), ((SetValue) b).bits());
      case DecimalValue x -> x.toBigDecimal().compareTo(((DecimalValue) b).toBigDecimal());
      case FloatValue x -> Float.compare(x.value(), ((FloatValue) b).value());
      case DoubleValue x -> Double.compare(x.value(), ((DoubleValue) b).value());
      case DateValue x -> Integer.compare(x.packed(), ((DateValue) b).packed());
      case TimeValue x -> Long.compare(x.micros(), ((TimeValue) b).micros());
      case DateTimeValue x -> Long.compare(x.packed(), ((DateTimeValue) b).packed());
      case StringValue x -> {
        Collation collation = type.collation();
        yield collation.compare(x.bytes(), ((StringValue) b).bytes());
      }
      case NullValue x -> 0;
    };
  }

  @Test
  void orderOfKeysIsOrderOfValues() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RandomColumns chance = new RandomColumns(random);
    for (SqlType type : RandomColumns.allTypes()) {
      for (boolean descending : new boolean[] {false, true}) {
        TableDefinition table = table(List.of(type), true, new boolean[] {descending});
        for (int round = 0; round < 300; round++) {
          Value a = chance.valueOrNull(type);
          Value b = chance.valueOrNull(type);
          int expected = compare(a, b, type);
          int found = Arrays.compareUnsigned(key(table, List.of(a)), key(table, List.of(b)));
          assertThat(Integer.signum(found))
              .as("%s %s: %s and %s", type, type.collation(), a, b)
              .isEqualTo(Integer.signum(descending ? -expected : expected));
        }
      }
    }
  }

  private static byte[] key(TableDefinition table, List<Value> values) {
    byte[] row = row(table, values);
    RowReader reader = new RowReader(table.rowSchema()).wrap(row);
    return table.keyCodec(1).columnKey(reader);
  }

  @Test
  void compositeKeysCompareColumnByColumn() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RandomColumns chance = new RandomColumns(random);
    List<SqlType> all = RandomColumns.allTypes();
    for (int round = 0; round < 2000; round++) {
      List<SqlType> types = new ArrayList<>();
      boolean[] descending = new boolean[3];
      for (int i = 0; i < 3; i++) {
        types.add(all.get(random.nextInt(all.size())));
        descending[i] = random.nextBoolean();
      }
      boolean nullable = random.nextBoolean();
      TableDefinition table = table(types, nullable, descending);
      List<Value> a = new ArrayList<>();
      List<Value> b = new ArrayList<>();
      int expected = 0;
      for (int i = 0; i < 3; i++) {
        SqlType type = types.get(i);
        a.add(nullable ? chance.valueOrNull(type) : chance.value(type));
        b.add(
            random.nextBoolean()
                ? a.get(i)
                : nullable ? chance.valueOrNull(type) : chance.value(type));
        if (expected == 0) {
          int order = compare(a.get(i), b.get(i), type);
          expected = descending[i] ? -order : order;
        }
      }
      byte[] left = key(table, a);
      byte[] right = key(table, b);
      assertThat(Integer.signum(Arrays.compareUnsigned(left, right)))
          .as("%s: %s and %s", types, a, b)
          .isEqualTo(Integer.signum(expected));
      checkSecondaryKey(table, a, left);
      checkBuilder(table, a, left);
    }
  }

  private static void checkSecondaryKey(TableDefinition table, List<Value> values, byte[] columns) {
    io.tidemark.engine.row.RowFormat format = SqlRowFormats.of(table);
    byte[] row = row(table, values);
    byte[] primary = table.keyCodec(0).columnKey(new RowReader(table.rowSchema()).wrap(row));
    byte[] key = format.secondaryKey(1, primary, row, 0, row.length);
    assertThat(format.columnPartLength(1, key, 0, key.length)).isEqualTo(columns.length);
    assertThat(Arrays.copyOfRange(key, columns.length, key.length)).isEqualTo(primary);
    assertThat(format.hasNull(1, key, 0, key.length))
        .isEqualTo(values.stream().anyMatch(Value::isNull));
    KeyReader reader = new KeyReader(table.keyCodec(1), table.keyCodec(0), values.size() + 1);
    reader.wrap(key, 0, key.length);
    assertThat(reader.getLong(values.size())).isEqualTo(7);
    for (int i = 0; i < values.size(); i++) {
      if (reader.has(i)) {
        Value back = StoredValues.read(reader, i, ZoneOffset.UTC);
        assertThat(back.asString()).isEqualTo(values.get(i).asString());
      }
    }
  }

  private static void checkBuilder(TableDefinition table, List<Value> values, byte[] columns) {
    KeyBuilder builder = table.keyCodec(1).newBuilder();
    for (Value value : values) {
      StoredValues.addKey(builder, value, ZoneOffset.UTC);
    }
    assertThat(builder.toBytes()).isEqualTo(columns);
  }

  @Test
  void prefixKeysHoldTheFirstCharacters() {
    List<ColumnDefinition> columns =
        List.of(
            ColumnDefinition.of("t", SqlType.varchar(40, Collations.UTF8MB4_0900_AI_CI), false));
    TableDefinition table =
        TableDefinition.create(
            columns,
            List.of(
                new IndexDefinition(
                    "k", List.of(new IndexDefinition.Column(0, 2, false)), false, false, "", "")),
            Collations.UTF8MB4_0900_AI_CI,
            "",
            Map.of(),
            0);
    KeyBuilder one = table.keyCodec(1).newBuilder();
    KeyBuilder other = table.keyCodec(1).newBuilder();
    StoredValues.addKey(one, StringValue.of("äßc"), ZoneOffset.UTC);
    StoredValues.addKey(other, StringValue.of("äßd"), ZoneOffset.UTC);
    assertThat(one.toBytes()).isEqualTo(other.toBytes());
  }

  @Test
  void hostileKeysAreRefused() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<SqlType> all = RandomColumns.allTypes();
    for (int round = 0; round < 3000; round++) {
      boolean[] descending = {random.nextBoolean(), random.nextBoolean()};
      List<SqlType> types =
          List.of(all.get(random.nextInt(all.size())), all.get(random.nextInt(all.size())));
      TableDefinition table = table(types, random.nextBoolean(), descending);
      byte[] key = new byte[random.nextInt(30)];
      random.nextBytes(key);
      try {
        int length = SqlRowFormats.of(table).columnPartLength(1, key, 0, key.length);
        assertThat(length).isBetween(1, key.length);
      } catch (Corrupt expected) {
        assertThat(expected).hasMessageContaining(":");
      }
    }
  }

  @Test
  void definitionsComeBackAsTheyWere() {
    boolean[] descending = new boolean[RandomColumns.allTypes().size()];
    descending[1] = true;
    TableDefinition table =
        table(RandomColumns.allTypes(), true, descending)
            .withForeignKeys(
                List.of(
                    new ForeignKeyDefinition(
                        "fk", List.of("c0"), "d", "t", List.of("id"), "CASCADE", "NO ACTION")));
    byte[] bytes = DefinitionCodec.encode(table);
    TableDefinition back = DefinitionCodec.decode(bytes);
    assertThat(back.columns()).isEqualTo(table.columns());
    assertThat(back.indexes()).isEqualTo(table.indexes());
    assertThat(back.foreignKeys()).isEqualTo(table.foreignKeys());
    assertThat(DefinitionCodec.encode(back)).isEqualTo(bytes);
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      byte[] hostile = bytes.clone();
      hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      try {
        DefinitionCodec.decode(Arrays.copyOf(hostile, random.nextInt(hostile.length) + 1));
      } catch (Corrupt expected) {
        assertThat(expected).hasMessageContaining("definition");
      }
    }
  }
}
