package io.tidemark.pageserver.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.pageserver.compact.CompactionPlan.Picked;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
  private static final CompactionLimits LIMITS = CompactionLimits.DEFAULT;

  @Test
  void mergesRunsOfAboutOneSize() {
    assertThat(pick(10, 10, 10, 10, 10)).isEqualTo(Picked.NOTHING);
    assertThat(pick(10, 10, 12, 9, 10, 20)).isEqualTo(new Picked(0, 6));
  }

  @Test
  void leavesABigRunAlone() {
    assertThat(pick(10, 10, 10, 10, 10, 500)).isEqualTo(Picked.NOTHING);
    assertThat(pick(10, 10, 10, 10, 10, 10, 500)).isEqualTo(new Picked(0, 6));
    assertThat(pick(1, 100, 100, 100, 100, 100, 100)).isEqualTo(new Picked(1, 7));
  }

  @Test
  void boundsTheNumberOfRunsWhateverTheirSizes() {
    long[] sizes = new long[LIMITS.maxRuns() + 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = 1L << (2 * i);
    }
    assertThat(pick(sizes)).isEqualTo(new Picked(0, LIMITS.minRuns() + 1));
  }

  @Test
  void rewritesEachByteAFewTimesAndKeepsFewRuns() {
    long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
    System.out.println("tidemark.test.seed=" + seed);
    Random random = new Random(seed);
    List<Long> runs = new ArrayList<>();
    double written = 0;
    double rewritten = 0;
    for (int i = 0; i < 3200; i++) {
      long size = random.nextInt(5) < 3 ? 1000 : 50 + random.nextInt(300);
      written += size;
      runs.addFirst(size);
      Picked picked = pick(sizes(runs));
      while (!picked.isEmpty()) {
        List<Long> merged = runs.subList(picked.first(), picked.end());
        long sum = merged.stream().mapToLong(Long::longValue).sum();
        merged.clear();
        runs.add(picked.first(), sum);
        rewritten += sum;
        picked = pick(sizes(runs));
      }
      assertThat(runs.size()).isLessThanOrEqualTo(LIMITS.maxRuns());
    }
    assertThat(rewritten / written).isLessThan(7);
  }

  private static long[] sizes(List<Long> runs) {
    return runs.stream().mapToLong(Long::longValue).toArray();
  }

  private static Picked pick(long... sizes) {
    return CompactionPlan.pick(sizes, LIMITS);
  }
}
