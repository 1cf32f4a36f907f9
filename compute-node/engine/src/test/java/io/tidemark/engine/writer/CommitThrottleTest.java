package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.BackPressure;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommitThrottleTest {
  private static final long LIMIT = 1_000;

  private final Pages pages = new Pages();
  private final AtomicLong durable = new AtomicLong();
  private final CommitThrottle throttle = CommitThrottle.create(pages, durable::get);

  /// Page servers that upload when the test says so.
  private static final class Pages implements PageService {
    private volatile long uploaded;
    private volatile boolean away;
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void prefetch(List<PageRequest> requests) {}

    @Override
    public Lsn ingestedLsn() {
      return uploadedLsn();
    }

    @Override
    public Lsn uploadedLsn() {
      asked.incrementAndGet();
      if (away) {
        throw new RetryLater("page server is away");
      }
      return Lsn.of(uploaded);
    }

    @Override
    public String laggard() {
      return "shard 3";
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }

  @AfterEach
  void close() {
    throttle.close();
  }

  private Duration delayAt(long lag) {
    pages.uploaded = 10_000;
    durable.set(10_000 + lag);
    throttle.look();
    assertThat(throttle.status().lagBytes()).isEqualTo(lag);
    return throttle.status().delay();
  }

  @Test
  void theDelayBeginsAtTheLimitGrowsWithTheExcessAndIsBounded() {
    throttle.setLimit(LIMIT);
    assertThat(delayAt(0)).isZero();
    assertThat(delayAt(LIMIT)).isZero();
    Duration last = Duration.ZERO;
    for (long excess = 1; excess < LIMIT; excess += 37) {
      Duration delay = delayAt(LIMIT + excess);
      assertThat(delay).isGreaterThan(last).isLessThan(CommitThrottle.MAX_DELAY);
      last = delay;
    }
    assertThat(delayAt(2 * LIMIT)).isEqualTo(CommitThrottle.MAX_DELAY);
    assertThat(delayAt(2_000_000 * LIMIT)).isEqualTo(CommitThrottle.MAX_DELAY);
    throttle.setLimit(0);
    assertThat(delayAt(2_000_000 * LIMIT)).isZero();
  }

  @Test
  void saysWhoIsBehindAndAsksOnlyWhenItMatters() {
    throttle.setLimit(LIMIT);
    durable.set(LIMIT);
    throttle.look();
    assertThat(pages.asked).hasValue(0);
    assertThat(throttle.status().isActive()).isFalse();
    durable.set(2 * LIMIT);
    throttle.look();
    BackPressure status = throttle.status();
    assertThat(status.isActive()).isTrue();
    assertThat(status.behind()).isEqualTo("shard 3");
    assertThat(status.limitBytes()).isEqualTo(LIMIT);
    pages.uploaded = 2 * LIMIT;
    throttle.look();
    assertThat(throttle.status().behind()).isEmpty();
  }

  @Test
  void pageServersThatCannotBeAskedAreAsFarAsTheyWere() {
    throttle.setLimit(LIMIT);
    assertThat(delayAt(LIMIT + 100)).isPositive();
    pages.away = true;
    durable.addAndGet(100);
    throttle.look();
    assertThat(throttle.status().lagBytes()).isEqualTo(LIMIT + 200);
    pages.away = false;
    pages.uploaded = durable.get();
    throttle.look();
    assertThat(throttle.status().isActive()).isFalse();
  }

  @Test
  void aDelayedCommitIsLetGoWhenTheReasonIsGone() throws Exception {
    throttle.setLimit(LIMIT);
    CompletableFuture<Void> commits = new CompletableFuture<>();
    delayAt(2 * LIMIT);
    Thread.ofVirtual()
        .start(() -> {
          // Far longer than this test may take.
          for (int i = 0; i < 1_000; i++) {
            throttle.pace();
          }
          commits.complete(null);
        });
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (throttle.status().delayedCommits() == 0) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(commits).isNotDone();
    delayAt(0);
    commits.get(20, SECONDS);
    assertThat(throttle.status().delayedTime()).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void theWriterSlowsItsCommitsWithoutHoldingLocks() {
    try (TestEngine writer = TestEngine.create()) {
      TableDescriptor table = writer.createTable("t", "k");
      assertThat(writer.engine.backPressure().isActive()).isFalse();
      // The pages of this engine upload nothing.
      writer.engine.setMaxPageServerLag(1);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!writer.engine.backPressure().isActive()) {
        assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      long before = System.nanoTime();
      Transaction tx = writer.begin();
      tx.insert(table, key(1), row(1, 1, "x"), false);
      tx.commit();
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isGreaterThanOrEqualTo(CommitThrottle.MAX_DELAY);
      assertThat(writer.engine.backPressure().delayedCommits()).isEqualTo(1);
      Transaction reads = writer.begin();
      assertThat(TestEngine.rows(reads, table, 0)).hasSize(1);
      reads.commit();
      assertThat(writer.engine.backPressure().delayedCommits()).isEqualTo(1);
    }
  }
}
