package io.tidemark.pageserver.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void hasNoQuantileWithoutRecords() {
    assertThat(histogram.quantileNanos(0.5)).isZero();
    assertThat(histogram.count()).isZero();
  }

  @Test
  void quantilesAreAtMostAnEighthTooHigh() {
    for (long nanos = 1; nanos < 1L << 58; nanos += nanos / 4 + 1) {
      LatencyHistogram one = new LatencyHistogram();
      one.record(nanos);
      assertThat(one.quantileNanos(0.99)).isBetween(nanos, nanos + nanos / 8 + 1);
    }
    for (int i = 1; i <= 1000; i++) {
      histogram.record(i * 1000L);
    }
    assertThat(histogram.count()).isEqualTo(1000);
    assertThat(histogram.quantileNanos(0.5)).isBetween(500_000L, 563_000L);
    assertThat(histogram.quantileNanos(0.99)).isBetween(990_000L, 1_114_000L);
    assertThat(histogram.quantileNanos(1)).isBetween(1_000_000L, 1_125_000L);
  }
}
