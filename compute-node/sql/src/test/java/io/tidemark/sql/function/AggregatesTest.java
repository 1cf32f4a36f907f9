package io.tidemark.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.collation.Collations;
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

class AggregatesTest {
  private static final SqlType TEXT = SqlType.varchar(10, Collations.UTF8MB4_0900_AI_CI);

  private final FixedContext context = new FixedContext();

  private Value aggregate(String name, boolean distinct, SqlType type, Value... values) {
    BoundAggregate bound =
        Aggregates.find(name).orElseThrow().bind(List.of(Argument.column(type)), distinct, context);
    return fold(bound, values);
  }

  private Value fold(BoundAggregate bound, Value... values) {
    Accumulator accumulator = bound.newAccumulator();
    Value[] row = new Value[1];
    for (Value value : values) {
      row[0] = value;
      accumulator.add(context, row);
    }
    return accumulator.result(context);
  }

  private static Value integer(long value) {
    return IntValue.of(value);
  }

  private static Value text(String text) {
    return StringValue.of(text);
  }

  @Test
  void countsWhatIsNotNull() {
    assertThat(
            aggregate("count", false, SqlType.INT, integer(1), NullValue.NULL, integer(1))
                .asString())
        .isEqualTo("2");
    assertThat(
            aggregate("count", true, SqlType.INT, integer(1), NullValue.NULL, integer(1))
                .asString())
        .isEqualTo("1");
    assertThat(aggregate("count", true, TEXT, text("a"), text("A"), text("b")).asString())
        .isEqualTo("2");
    BoundAggregate rows = Aggregates.find("COUNT").orElseThrow().bind(List.of(), false, context);
    Accumulator accumulator = rows.newAccumulator();
    accumulator.add(context, new Value[0]);
    assertThat(accumulator.result(context)).isEqualTo(IntValue.ONE);
  }

  @Test
  void addsExactNumbersExactly() {
    assertThat(
            aggregate(
                    "sum", false, SqlType.BIGINT, integer(Long.MAX_VALUE), integer(Long.MAX_VALUE))
                .asString())
        .isEqualTo("18446744073709551614");
    assertThat(aggregate("sum", false, SqlType.INT)).isEqualTo(NullValue.NULL);
    SqlType money = SqlType.decimal(5, 2);
    Value tenth = DecimalValue.of(new BigDecimal("0.10"));
    assertThat(aggregate("sum", false, money, tenth, tenth, tenth).asString()).isEqualTo("0.30");
    assertThat(aggregate("sum", true, money, tenth, tenth, tenth).asString()).isEqualTo("0.10");
    assertThat(aggregate("avg", false, money, tenth, tenth).asString()).isEqualTo("0.100000");
    assertThat(aggregate("avg", false, SqlType.INT, integer(1), integer(2)).asString())
        .isEqualTo("1.5000");
    assertThat(aggregate("avg", false, SqlType.INT, integer(1), integer(1), integer(0)).asString())
        .isEqualTo("0.6667");
    assertThat(
            aggregate("sum", false, SqlType.DOUBLE, DoubleValue.of(0.1), DoubleValue.of(0.2))
                .asString())
        .isEqualTo("0.30000000000000004");
    assertThat(aggregate("sum", false, TEXT, text("1.5"), text("2")).asString()).isEqualTo("3.5");
  }

  @Test
  void findsExtremes() {
    assertThat(
            aggregate("min", false, SqlType.INT, integer(3), NullValue.NULL, integer(-1))
                .asString())
        .isEqualTo("-1");
    assertThat(aggregate("max", false, TEXT, text("a"), text("C"), text("b")).asString())
        .isEqualTo("C");
    assertThat(aggregate("max", false, TEXT)).isEqualTo(NullValue.NULL);
  }

  @Test
  void combinesBits() {
    assertThat(aggregate("bit_and", false, SqlType.INT).asString())
        .isEqualTo("18446744073709551615");
    assertThat(aggregate("bit_and", false, SqlType.INT, integer(6), integer(3)).asString())
        .isEqualTo("2");
    assertThat(aggregate("bit_or", false, SqlType.INT, integer(6), integer(3)).asString())
        .isEqualTo("7");
    assertThat(aggregate("bit_xor", false, SqlType.INT, integer(6), integer(3)).asString())
        .isEqualTo("5");
  }

  @Test
  void computesDeviations() {
    Value[] values = {
      integer(2), integer(4), integer(4), integer(4), integer(5), integer(5), integer(7), integer(9)
    };
    assertThat(aggregate("std", false, SqlType.INT, values).asString()).isEqualTo("2");
    assertThat(aggregate("var_pop", false, SqlType.INT, values).asString()).isEqualTo("4");
    assertThat(aggregate("var_samp", false, SqlType.INT, values).asString())
        .startsWith("4.571428571428571");
    assertThat(aggregate("var_samp", false, SqlType.INT, integer(1))).isEqualTo(NullValue.NULL);
  }

  @Test
  void joinsTexts() {
    assertThat(
            aggregate("group_concat", false, TEXT, text("b"), NullValue.NULL, text("a")).asString())
        .isEqualTo("b,a");
    assertThat(aggregate("group_concat", false, TEXT, NullValue.NULL)).isEqualTo(NullValue.NULL);
    BoundAggregate sorted =
        Aggregates.groupConcat(
            List.of(Argument.column(TEXT)),
            true,
            List.of(Argument.column(SqlType.INT)),
            List.of(true),
            StringValue.of("; "),
            context);
    Accumulator accumulator = sorted.newAccumulator();
    for (int i = 0; i < 3; i++) {
      accumulator.add(context, new Value[] {text("t" + i % 2), integer(i)});
    }
    assertThat(accumulator.result(context).asString()).isEqualTo("t1; t0");
    String long500 = "x".repeat(500);
    assertThat(
            aggregate("group_concat", false, TEXT, text(long500), text(long500), text(long500))
                .toBytes())
        .hasSize(1024);
    assertThat(context.takeWarnings())
        .containsExactly("WARNING 1260 Row 3 was cut by GROUP_CONCAT()");
  }
}
