package io.tidemark.sql.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.FixedContext;
import io.tidemark.sql.spill.CountedFiles;
import io.tidemark.sql.spill.MemoryPool;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AccumulatorTest {
  private static final SqlType TEXT = SqlType.varchar(10, Collations.UTF8MB4_0900_AI_CI);

  private final FixedContext context = new FixedContext();
  private final WorkMemory memory =
      new WorkMemory(
          new CountedFiles(),
          new MemoryPool(0),
          new WorkMemory.Limits(1 << 20, 1 << 20, 1 << 20),
          () -> {});

  private Accumulator accumulator(String name, SqlType type) {
    Constant argument = Constant.of(type, NullValue.NULL);
    return Accumulator.of(
        new Aggregate(
            name,
            false,
            List.of(argument),
            List.of(),
            ",",
            AggregateTypes.typeOf(name, List.of(argument), context),
            0));
  }

  private String aggregate(String name, SqlType type, Value... values) {
    Accumulator accumulator = accumulator(name, type);
    MemoryShare share = memory.tableShare();
    for (Value value : values) {
      assertThat(accumulator.add(context, new Value[] {value}, share)).isTrue();
    }
    return accumulator.result(context).asString();
  }

  private static Value integer(long value) {
    return IntValue.of(value);
  }

  private static Value text(String text) {
    return StringValue.of(text);
  }

  @Test
  void addsExactNumbersExactly() {
    assertThat(aggregate("SUM", SqlType.BIGINT, integer(Long.MAX_VALUE), integer(Long.MAX_VALUE)))
        .isEqualTo("18446744073709551614");
    assertThat(aggregate("SUM", SqlType.INT)).isEqualTo("NULL");
    SqlType money = SqlType.decimal(5, 2);
    Value tenth = DecimalValue.of(new BigDecimal("0.10"));
    assertThat(aggregate("SUM", money, tenth, tenth, tenth)).isEqualTo("0.30");
    assertThat(aggregate("AVG", money, tenth, tenth)).isEqualTo("0.100000");
    assertThat(aggregate("AVG", SqlType.INT, integer(1), integer(1), integer(0)))
        .isEqualTo("0.6667");
    assertThat(aggregate("SUM", SqlType.DOUBLE, DoubleValue.of(0.1), DoubleValue.of(0.2)))
        .isEqualTo("0.30000000000000004");
    assertThat(aggregate("SUM", TEXT, text("1.5"), text("2"))).isEqualTo("3.5");
  }

  @Test
  void findsExtremes() {
    assertThat(aggregate("MIN", SqlType.INT, integer(3), integer(-1))).isEqualTo("-1");
    assertThat(aggregate("MAX", TEXT, text("a"), text("C"), text("b"))).isEqualTo("C");
    assertThat(aggregate("MAX", TEXT, text("c"), text("C"))).isEqualTo("c");
    assertThat(aggregate("MAX", TEXT)).isEqualTo("NULL");
  }

  @Test
  void combinesBits() {
    assertThat(aggregate("BIT_AND", SqlType.INT)).isEqualTo("18446744073709551615");
    assertThat(aggregate("BIT_AND", SqlType.INT, integer(6), integer(3))).isEqualTo("2");
    assertThat(aggregate("BIT_OR", SqlType.INT, integer(6), integer(3))).isEqualTo("7");
    assertThat(aggregate("BIT_XOR", SqlType.INT, integer(6), integer(3))).isEqualTo("5");
  }

  @Test
  void computesDeviations() {
    Value[] values = {
      integer(2), integer(4), integer(4), integer(4), integer(5), integer(5), integer(7), integer(9)
    };
    assertThat(aggregate("STD", SqlType.INT, values)).isEqualTo("2");
    assertThat(aggregate("VAR_POP", SqlType.INT, values)).isEqualTo("4");
    assertThat(aggregate("VAR_SAMP", SqlType.INT, values)).startsWith("4.571428571428571");
    assertThat(aggregate("VAR_SAMP", SqlType.INT, integer(1))).isEqualTo("NULL");
  }

  @Test
  void joinsTextsUpToTheLimit() {
    assertThat(aggregate("GROUP_CONCAT", TEXT, text("b"), text("a"))).isEqualTo("b,a");
    Value long500 = text("x".repeat(500));
    assertThat(aggregate("GROUP_CONCAT", TEXT, long500, long500, long500, long500)).hasSize(1024);
    assertThat(context.takeWarnings())
        .containsExactly("WARNING 1260 Row 3 was cut by GROUP_CONCAT()");
  }

  @Test
  void anExtremeWithoutRoomIsFoundAmongTheLateRows() {
    Accumulator max = accumulator("MAX", TEXT);
    MemoryShare share = memory.tableShare();
    Value[] late = {text("m" + "x".repeat(100_000))};
    assertThat(max.add(context, new Value[] {text("a")}, share)).isTrue();
    assertThat(max.add(context, late, share)).isFalse();
    assertThat(max.add(context, new Value[] {text("b")}, share)).isTrue();
    max.addLate(context, late);
    max.addLate(context, new Value[] {text("M" + "x".repeat(100_000))});
    assertThat(max.result(context)).isEqualTo(late[0]);
  }
}
