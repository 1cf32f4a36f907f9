package io.tidemark.sql.execute;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SortRunsTest {
  private static final Comparator<SortRuns.SortedRow> BY_NUMBER =
      Comparator.<SortRuns.SortedRow>comparingLong(r -> ((IntValue) r.keys()[0]).value())
          .thenComparingLong(SortRuns.SortedRow::number);

  @Test
  void mergesRunsOfFilesWithWhatIsKept() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (SortRuns runs = new SortRuns(BY_NUMBER, 10_000)) {
      for (int i = 0; i < 5_000; i++) {
        runs.add(new Value[] {IntValue.of(random.nextInt(1_000))}, new Value[] {IntValue.of(i)});
      }
      runs.finish();
      assertThat(runs.runCount()).as("seed %d", seed).isGreaterThan(2);
      long last = -1;
      long lastInput = -1;
      int count = 0;
      for (SortRuns.SortedRow row = runs.next(); row != null; row = runs.next()) {
        long key = ((IntValue) row.keys()[0]).value();
        long input = ((IntValue) row.slots()[0]).value();
        assertThat(key).as("seed %d", seed).isGreaterThanOrEqualTo(last);
        if (key == last) {
          assertThat(input).as("seed %d", seed).isGreaterThan(lastInput);
        }
        last = key;
        lastInput = input;
        count++;
      }
      assertThat(count).isEqualTo(5_000);
    }
  }

  @Test
  void valuesComeBackFromFilesAsTheyWere() {
    SqlType choice = SqlType.enumOf(List.of("a", "b"), Collations.UTF8MB4_BIN);
    SqlType members = SqlType.setOf(List.of("x", "y"), Collations.UTF8MB4_BIN);
    Value[] values = {
      NullValue.NULL,
      IntValue.of(-5),
      IntValue.ofUnsigned(-1L),
      DecimalValue.of(new BigDecimal("-123456789012345678901234.5670")),
      DoubleValue.of(1.5e300),
      FloatValue.of(2.5f, 2),
      new StringValue(new byte[] {1, 0, -1}, Collations.LATIN1_BIN),
      BitValue.of(10, 4),
      DateValue.of(2024, 2, 29),
      TimeValue.ofMicros(-1_500_000, 3),
      DateTimeValue.of(DateValue.of(2024, 2, 29), 1_000_001, 6),
      new EnumValue(2, choice),
      new SetValue(3, members),
    };
    try (SortRuns runs = new SortRuns(BY_NUMBER, 1)) {
      runs.add(new Value[] {IntValue.ONE}, values);
      runs.finish();
      SortRuns.SortedRow row = runs.next();
      assertThat(row).isNotNull();
      assertThat(row.slots()).containsExactly(values);
      assertThat(runs.next()).isNull();
    }
  }
}
