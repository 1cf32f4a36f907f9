package io.tidemark.sql.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Corrupt;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowRoundTripTest {
  private static final ZoneId ZONE = ZoneOffset.ofHours(5);

  private static TableDefinition tableOf(List<SqlType> types) {
    List<ColumnDefinition> columns = new ArrayList<>();
    for (SqlType type : types) {
      columns.add(ColumnDefinition.of("c" + columns.size(), type, true));
    }
    return TableDefinition.create(
        columns, List.of(), Collations.UTF8MB4_0900_AI_CI, "", Map.of(), 0);
  }

  private static byte[] rowOf(TableDefinition table, List<Value> values) {
    RowWriter writer = new RowWriter(table.rowSchema());
    for (int i = 0; i < values.size(); i++) {
      StoredValues.write(writer, i, values.get(i), ZONE);
    }
    return writer.finish();
  }

  @Test
  void everyTypeComesBackAsItWas() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    RandomColumns chance = new RandomColumns(new Random(seed));
    TableDefinition table = tableOf(RandomColumns.allTypes());
    RowReader reader = new RowReader(table.rowSchema());
    for (int round = 0; round < 500; round++) {
      List<Value> values = new ArrayList<>();
      table.columns().forEach(c -> values.add(chance.valueOrNull(c.type())));
      byte[] row = rowOf(table, values);
      byte[] shifted = new byte[row.length + 10];
      System.arraycopy(row, 0, shifted, 7, row.length);
      reader.wrap(shifted, 7, row.length);
      for (int i = 0; i < values.size(); i++) {
        assertThat(StoredValues.read(reader, i, ZONE).asString())
            .as("column %s", table.column(i))
            .isEqualTo(values.get(i).asString());
      }
    }
  }

  @Test
  void longValuesMakeWideRows() {
    TableDefinition table =
        tableOf(List.of(SqlType.blob(TypeKind.LONGBLOB), SqlType.INT, SqlType.varbinary(10)));
    byte[] large = new byte[70_000];
    new Random(1).nextBytes(large);
    byte[] row =
        rowOf(
            table,
            List.of(
                StringValue.binary(large), IntValue.of(-7), StringValue.binary(new byte[] {1})));
    RowReader reader = new RowReader(table.rowSchema()).wrap(row);
    assertThat(reader.getBytes(0)).isEqualTo(large);
    assertThat(reader.getLong(1)).isEqualTo(-7);
    assertThat(reader.getBytes(2)).containsExactly(1);
  }

  @Test
  void rowsOfBeforeAnInstantColumnHaveItsDefault() {
    TableDefinition before = tableOf(List.of(SqlType.INT, SqlType.varbinary(10)));
    byte[] old = rowOf(before, List.of(IntValue.of(5), StringValue.binary(new byte[] {65, 66})));
    List<SqlType> types =
        List.of(SqlType.INT, SqlType.varbinary(10), SqlType.BIGINT, SqlType.varbinary(10));
    byte[] defaults =
        rowOf(
            tableOf(types),
            List.of(
                NullValue.NULL,
                NullValue.NULL,
                IntValue.of(99),
                StringValue.binary(new byte[] {67})));
    TableDefinition after = tableOf(types).withDefaultRow(defaults);
    RowReader reader = new RowReader(after.rowSchema());
    for (int i = 0; i < 2; i++) {
      reader.wrap(old);
      assertThat(reader.getLong(0)).isEqualTo(5);
      assertThat(reader.getBytes(1)).containsExactly(65, 66);
      assertThat(reader.getLong(2)).isEqualTo(99);
      assertThat(reader.getBytes(3)).containsExactly(67);
      reader.wrap(
          rowOf(after, List.of(IntValue.of(6), NullValue.NULL, IntValue.of(1), NullValue.NULL)));
      assertThat(reader.isNull(1)).isTrue();
      assertThat(reader.getLong(2)).isEqualTo(1);
      assertThat(reader.isNull(3)).isTrue();
    }
  }

  @Test
  void copiesColumnsBetweenRows() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    RandomColumns chance = new RandomColumns(new Random(seed));
    TableDefinition table = tableOf(RandomColumns.allTypes());
    List<Value> values = new ArrayList<>();
    table.columns().forEach(c -> values.add(chance.valueOrNull(c.type())));
    byte[] row = rowOf(table, values);
    RowWriter writer = new RowWriter(table.rowSchema());
    RowReader reader = new RowReader(table.rowSchema()).wrap(row);
    for (int i = 0; i < values.size(); i++) {
      writer.copy(i, reader, i);
    }
    assertThat(writer.finish()).isEqualTo(row);
  }

  @Test
  void hostileRowsAreRefusedOrReadWithinBounds() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RandomColumns chance = new RandomColumns(random);
    TableDefinition table = tableOf(RandomColumns.allTypes());
    RowReader reader = new RowReader(table.rowSchema());
    for (int round = 0; round < 3000; round++) {
      List<Value> values = new ArrayList<>();
      table.columns().forEach(c -> values.add(chance.valueOrNull(c.type())));
      byte[] row = rowOf(table, values);
      for (int i = random.nextInt(5); i >= 0; i--) {
        row[random.nextInt(row.length)] = (byte) random.nextInt();
      }
      int length = random.nextBoolean() ? row.length : random.nextInt(row.length);
      try {
        reader.wrap(row, 0, length);
        for (int i = 0; i < values.size(); i++) {
          StoredValues.read(reader, i, ZONE);
        }
      } catch (Corrupt expected) {
        assertThat(expected).hasMessageContaining(":");
      }
    }
  }

  @Test
  void aRowOfMoreColumnsIsRefused() {
    TableDefinition table = tableOf(List.of(SqlType.INT, SqlType.INT));
    byte[] row = rowOf(table, List.of(IntValue.of(1), IntValue.of(2)));
    TableDefinition narrow = tableOf(List.of(SqlType.INT));
    assertThatThrownBy(() -> new RowReader(narrow.rowSchema()).wrap(row))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("found 2");
  }
}
