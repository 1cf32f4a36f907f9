package io.tidemark.sql.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.FixedContext;
import io.tidemark.sql.function.ValueComparator;
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
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillTest {
  private static final SqlType TEXT = SqlType.varchar(200, Collations.UTF8MB4_0900_AI_CI);
  private static final ValueComparator[] TWO_KEYS = {
    ValueComparator.ofType(TEXT), ValueComparator.ofType(SqlType.decimal(20, 5))
  };

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final FixedContext context = new FixedContext();
  private final CountedFiles files = new CountedFiles();
  private final MemoryPool pool = new MemoryPool(1 << 20);
  private final WorkMemory memory = memory(2_000, files);

  private WorkMemory memory(long bytes, TemporaryFiles where) {
    return new WorkMemory(where, pool, new WorkMemory.Limits(bytes, bytes, bytes), () -> {});
  }

  @AfterEach
  void leavesNothingBehind() {
    memory.close();
    assertThat(files.open()).isZero();
    assertThat(pool.takenBytes()).isZero();
  }

  private static StoredRow row(long number, long key) {
    return new StoredRow(number, 0, new Value[] {IntValue.of(key)}, new Value[0]);
  }

  private static long key(StoredRow row) {
    return ((IntValue) row.keys()[0]).value();
  }

  /// Texts that are equal in more than one way, decimals of several scales, NULLs, long texts.
  private Value[] randomKeys() {
    String[] letters = {"a", "A", "\u00e4", "b", "B", "\u00df", "ss", ""};
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20) == 0 ? 30_000 : random.nextInt(3);
    String letter = letters[random.nextInt(letters.length)];
    for (int i = 0; i < length; i++) {
      text.append(length > 10 ? letter : letters[random.nextInt(letters.length)]);
    }
    int scale = random.nextInt(6);
    BigInteger number = BigInteger.valueOf(random.nextInt(3)).multiply(BigInteger.TEN.pow(scale));
    return new Value[] {
      random.nextInt(10) == 0 ? NullValue.NULL : StringValue.of(text.toString()),
      random.nextInt(10) == 0 ? NullValue.NULL : DecimalValue.of(new BigDecimal(number, scale)),
    };
  }

  private KeyTuple tuple(Value[] keys) {
    return new KeyTuple(keys, TWO_KEYS, context);
  }

  @Test
  void sortsMoreRunsThanAreMergedAtOnce() {
    List<StoredRow> expected = new ArrayList<>();
    Comparator<StoredRow> order = Comparator.comparingLong(SpillTest::key);
    try (RowSort sort = new RowSort(memory, memory.sortShare(), order)) {
      for (int i = 0; i < 100_000; i++) {
        StoredRow row = row(i, random.nextInt(1_000));
        expected.add(row);
        sort.add(row);
      }
      sort.finish();
      expected.sort(order);
      assertThat(sort.runCount()).isGreaterThan(RowSort.FAN_IN * RowSort.FAN_IN / 2);
      for (StoredRow row : expected) {
        StoredRow next = sort.next();
        assertThat(next).as("seed %d", seed).isNotNull();
        if (key(next) != key(row) || next.number() != row.number()) {
          assertThat(next.number()).as("seed %d, key %d", seed, key(row)).isEqualTo(row.number());
        }
      }
      assertThat(sort.next()).isNull();
      assertThat(files.open()).isLessThan(5);
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
      DoubleValue.of(-0.0, 3),
      FloatValue.of(2.5f, 2),
      new StringValue(new byte[] {1, 0, -1}, Collations.LATIN1_BIN),
      StringValue.binary(new byte[100_000]),
      BitValue.of(10, 4),
      DateValue.of(2024, 2, 29),
      TimeValue.ofMicros(-1_500_000, 3),
      DateTimeValue.of(DateValue.of(2024, 2, 29), 1_000_001, 6),
      new EnumValue(2, choice),
      new SetValue(3, members),
    };
    try (RowList list = new RowList(memory)) {
      for (int i = 0; i < 3; i++) {
        list.add(values);
      }
      assertThat(list.size()).isEqualTo(3);
      for (int walk = 0; walk < 2; walk++) {
        RowList.Reader reader = list.read();
        for (int i = 0; i < 3; i++) {
          assertThat(reader.next()).containsExactly(values);
        }
        assertThat(reader.next()).isNull();
      }
      assertThat(files.created()).isEqualTo(1);
    }
  }

  @Test
  void findsTheFirstOfEqualRowsInTheirOrder() {
    Set<KeyTuple> seen = new LinkedHashSet<>();
    List<Long> expected = new ArrayList<>();
    List<Long> actual = new ArrayList<>();
    try (DistinctRows distinct = new DistinctRows(memory, TWO_KEYS, context)) {
      for (long i = 0; i < 5_000; i++) {
        Value[] keys = randomKeys();
        if (seen.add(tuple(keys))) {
          expected.add(i);
        }
        Value number = IntValue.of(i);
        if (distinct.add(keys, () -> new Value[] {number})) {
          actual.add(i);
        }
      }
      for (Value[] row = distinct.nextDeferred(); row != null; row = distinct.nextDeferred()) {
        actual.add(((IntValue) row[0]).value());
      }
    }
    assertThat(actual).as("seed %d", seed).isEqualTo(expected);
    assertThat(files.created()).isPositive();
  }

  @Test
  void keysOfOneHashAreWorkedOnInPasses() {
    ValueComparator[] doubles = {ValueComparator.ofType(SqlType.DOUBLE)};
    // Bits that cancel out in the fold of 64 bits to 32 give every number the same hash.
    List<Value> sameHash = new ArrayList<>();
    for (long i = 1; i <= 300; i++) {
      sameHash.add(DoubleValue.of(Double.longBitsToDouble(i << 32 | i)));
    }
    assertThat(sameHash.stream().map(v -> doubles[0].hash(context, v)).distinct()).hasSize(1);
    int found = 0;
    try (DistinctRows distinct = new DistinctRows(memory, doubles, context)) {
      for (Value value : sameHash) {
        found += distinct.add(new Value[] {value}, () -> new Value[0]) ? 1 : 0;
        found += distinct.add(new Value[] {value}, () -> new Value[0]) ? 1 : 0;
      }
      assertThat(found).isBetween(1, 200);
      while (distinct.nextDeferred() != null) {
        found++;
      }
    }
    assertThat(found).isEqualTo(300);
  }

  @Test
  void aSetKnowsItsKeysWhereverTheyAre() {
    Set<KeyTuple> expected = new LinkedHashSet<>();
    try (KeySet set = new KeySet(memory, TWO_KEYS, context)) {
      for (int i = 0; i < 3_000; i++) {
        Value[] keys = randomKeys();
        if (random.nextBoolean()) {
          expected.add(tuple(keys));
          set.add(keys);
        }
      }
      set.finish();
      for (KeyTuple key : expected) {
        assertThat(set.contains(key.values())).as("seed %d", seed).isTrue();
      }
      for (int i = 0; i < 3_000; i++) {
        Value[] keys = randomKeys();
        assertThat(set.contains(keys))
            .as("seed %d", seed)
            .isEqualTo(expected.contains(tuple(keys)));
      }
      List<Value[]> all = new ArrayList<>();
      assertThat(
              set.anyMatch(key -> {
                all.add(key);
                return false;
              }))
          .isFalse();
      assertThat(all).as("seed %d", seed).hasSize(expected.size());
      assertThat(files.created()).isPositive();
    }
  }

  @Test
  void aFullDiskIsMysqlsError() {
    files.limit(100_000);
    try (RowList list = new RowList(memory)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  list.add(new Value[] {StringValue.of("x".repeat(1_000))});
                }
              })
          .isInstanceOfSatisfying(
              Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.ERROR_ON_WRITE))
          .hasMessage("Error writing file '/tmp/spill-1' (errno: 28 - No space left on device)");
    }
  }

  @Test
  void memoryThatOthersUseIsNotToBeHad() {
    WorkMemory large = memory(10 << 20, files);
    WorkMemory small = memory(10 << 20, files);
    RowList first = new RowList(large);
    RowList second = new RowList(small);
    Value[] row = {StringValue.binary(new byte[10_000])};
    for (int i = 0; i < 95; i++) {
      first.add(row);
    }
    assertThat(files.created()).isZero();
    for (int i = 0; i < 20; i++) {
      second.add(row);
    }
    assertThat(files.created()).isEqualTo(1);
    large.close();
    small.close();
  }

  @Test
  void filesOfADirectoryHaveNoName(@TempDir Path directory) throws IOException {
    WorkMemory own = memory(100, TemporaryFiles.in(directory));
    RowList list = new RowList(own);
    for (int i = 0; i < 10_000; i++) {
      list.add(new Value[] {IntValue.of(i)});
    }
    RowList.Reader reader = list.read();
    for (int i = 0; i < 10_000; i++) {
      assertThat(reader.next()).containsExactly(IntValue.of(i));
    }
    assertThat(own.fileCount()).isEqualTo(1);
    try (Stream<Path> paths = Files.list(directory)) {
      assertThat(paths).isEmpty();
    }
    own.close();
  }
}
