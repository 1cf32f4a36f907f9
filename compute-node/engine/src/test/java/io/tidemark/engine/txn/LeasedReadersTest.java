package io.tidemark.engine.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.log.coordination.ReaderLeases.Claim;
import io.tidemark.log.coordination.ReaderLeases.ReaderLease;
import io.tidemark.log.fault.FaultyCoordination;
import io.tidemark.storage.Lsn;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeasedReadersTest {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final LocalCoordination service = LocalCoordination.inMemory();
  private final FaultyCoordination network = new FaultyCoordination(service.connect());
  private final ReaderLeases replicas = new ReaderLeases(service.connect());
  private final AtomicLong nanos = new AtomicLong();
  private final LeasedReaders readers =
      new LeasedReaders(new ReaderLeases(network), PERIOD, nanos::get);

  @AfterEach
  void close() {
    service.close();
  }

  private static Claim claim(long snapshot) {
    return new Claim(Lsn.of(1_000), Lsn.of(snapshot));
  }

  private long lowestLater(long visible) {
    nanos.addAndGet(PERIOD.toNanos());
    return readers.lowest(visible);
  }

  @Test
  void isTheLowestSnapshotWithinAPeriod() {
    assertThat(readers.lowest(10)).isEqualTo(10);
    try (ReaderLease one = replicas.register("one", claim(30));
        ReaderLease other = replicas.register("other", claim(50))) {
      assertThat(readers.lowest(40)).as("leases are not read yet").isEqualTo(10);
      assertThat(lowestLater(40)).isEqualTo(30);
      one.advance(claim(60));
      assertThat(lowestLater(100)).isEqualTo(50);
      other.advance(claim(Long.MAX_VALUE));
      assertThat(lowestLater(100)).isEqualTo(60);
    }
    assertThat(lowestLater(100)).isEqualTo(100);
  }

  @Test
  void staysWhereItWasWhileTheLeasesCannotBeRead() {
    network.cutOff();
    assertThat(readers.lowest(10)).isZero();
    network.heal();
    assertThat(lowestLater(20)).isEqualTo(20);
    network.cutOff();
    assertThat(lowestLater(30)).isEqualTo(20);
    network.heal();
    assertThat(lowestLater(40)).isEqualTo(40);
  }

  @Test
  void neverGoesBackForWhoComesLate() {
    assertThat(readers.lowest(100)).isEqualTo(100);
    try (ReaderLease late = replicas.register("late", claim(50))) {
      assertThat(lowestLater(200)).isEqualTo(100);
      assertThat(late.isHeld()).isTrue();
    }
  }
}
