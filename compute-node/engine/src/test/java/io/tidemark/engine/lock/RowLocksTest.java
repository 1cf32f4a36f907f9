package io.tidemark.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.LockWait;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RowLocksTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] A = {1};
  private static final byte[] B = {2};
  private static final byte[] C = {3};

  /// Each wait has a thread of its own.
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final RowLocks locks = new RowLocks();
  private final TreeRanges tree = locks.tree(7);

  private Outcome lock(LockOwner owner, byte[] key, boolean exclusive) {
    return locks.lockRecord(owner, tree, key, exclusive, null, LockWait.WAIT);
  }

  private CompletableFuture<Void> await(LockOwner owner) {
    return CompletableFuture.runAsync(() -> locks.await(owner, LONG), THREADS);
  }

  private static void assertRejected(CompletableFuture<?> future, MySqlError error) {
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(Rejected.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  @Test
  void sharesAndExcludes() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    assertThat(lock(one, A, false)).isEqualTo(Outcome.GRANTED);
    assertThat(lock(two, A, false)).isEqualTo(Outcome.GRANTED);
    assertThat(lock(one, A, false)).isEqualTo(Outcome.HELD);
    assertThat(lock(one, B, true)).isEqualTo(Outcome.GRANTED);
    assertThat(locks.lockRecord(two, tree, B, false, null, LockWait.SKIP_LOCKED))
        .isEqualTo(Outcome.SKIPPED);
    assertThatThrownBy(() -> locks.lockRecord(two, tree, B, false, null, LockWait.NOWAIT))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_NOWAIT));
    locks.releaseAll(one);
    assertThat(lock(two, B, true)).isEqualTo(Outcome.GRANTED);
    locks.releaseAll(two);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void refusesMoreRecordsThanItHasRoomFor() {
    RowLocks few = new RowLocks(10_000);
    TreeRanges rows = few.tree(7);
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= 10_000; i++) {
                few.lockRecord(one, rows, number(i), true, null, LockWait.WAIT);
              }
            })
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_TABLE_FULL));
    assertThat(few.lockedRecords()).isBetween(5_000, 10_000);
    assertThat(few.lockRecord(one, rows, number(0), true, null, LockWait.WAIT))
        .isEqualTo(Outcome.HELD);
    for (int i = 20_000; i < 21_000; i++) {
      few.makeExplicit(two, rows, number(i));
    }
    assertThat(two.recordLocks()).isEqualTo(1_000);
    few.releaseAll(one);
    few.releaseAll(two);
    assertThat(few.lockRecord(one, rows, A, true, null, LockWait.WAIT)).isEqualTo(Outcome.GRANTED);
  }

  @Test
  void aRecordInALockedIntervalNeedsNoLockOfItsOwn() {
    LockOwner owner = new LockOwner();
    tree.lock(owner, TreeRanges.Kind.EXCLUSIVE, KeyBound.LOWEST, KeyBound.before(B));
    locks.makeExplicit(owner, tree, A);
    assertThat(owner.recordLocks()).isZero();
    locks.makeExplicit(owner, tree, B);
    assertThat(owner.recordLocks()).isEqualTo(1);
    locks.releaseAll(owner);
  }

  private static byte[] number(int i) {
    return new byte[] {(byte) (i >>> 16), (byte) (i >>> 8), (byte) i};
  }

  @Test
  void grantsInOrderOfArrival() {
    LockOwner holder = new LockOwner();
    lock(holder, A, true);
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      LockOwner waiter = new LockOwner();
      int number = i;
      assertThat(lock(waiter, A, true)).isEqualTo(Outcome.WAITING);
      waits.add(
          CompletableFuture.runAsync(
              () -> {
                locks.await(waiter, LONG);
                order.add(number);
                locks.releaseAll(waiter);
              },
              THREADS));
    }
    locks.releaseAll(holder);
    waits.forEach(CompletableFuture::join);
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void aSharedRequestDoesNotOvertakeAnExclusiveOne() {
    LockOwner reader = new LockOwner();
    LockOwner writer = new LockOwner();
    LockOwner late = new LockOwner();
    lock(reader, A, false);
    assertThat(lock(writer, A, true)).isEqualTo(Outcome.WAITING);
    assertThat(lock(late, A, false)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> writing = await(writer);
    CompletableFuture<Void> reading = await(late);
    locks.releaseAll(reader);
    writing.join();
    assertThat(reading).isNotDone();
    locks.releaseAll(writer);
    reading.join();
    locks.releaseAll(late);
  }

  @Test
  void anUpgradeGoesBeforeOtherWaiters() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    LockOwner waiter = new LockOwner();
    lock(one, A, false);
    lock(two, A, false);
    assertThat(lock(waiter, A, true)).isEqualTo(Outcome.WAITING);
    assertThat(lock(one, A, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> upgrade = await(one);
    CompletableFuture<Void> last = await(waiter);
    locks.releaseAll(two);
    upgrade.join();
    assertThat(last).isNotDone();
    locks.releaseAll(one);
    last.join();
    locks.releaseAll(waiter);
  }

  @Test
  void twoUpgradesAreADeadlock() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    lock(one, A, false);
    lock(two, A, false);
    assertThat(lock(one, A, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> first = await(one);
    assertThat(lock(two, A, true)).isEqualTo(Outcome.WAITING);
    assertRejected(await(two), MySqlError.LOCK_DEADLOCK);
    locks.releaseAll(two);
    first.join();
    locks.releaseAll(one);
    assertThat(locks.deadlocks()).isEqualTo(1);
  }

  @Test
  void theLighterOneIsTheVictim() {
    LockOwner light = new LockOwner();
    LockOwner heavy = new LockOwner();
    lock(light, A, true);
    lock(heavy, B, true);
    heavy.setChanges(100);
    assertThat(lock(light, B, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> victim = await(light);
    assertThat(lock(heavy, A, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> winner = await(heavy);
    assertRejected(victim, MySqlError.LOCK_DEADLOCK);
    locks.releaseAll(light);
    winner.join();
    locks.releaseAll(heavy);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void findsACycleOfThreeOverMetadataAndRecords() {
    MetadataLocks metadata = new MetadataLocks(locks);
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    LockOwner three = new LockOwner();
    metadata.lock(one, "d", "t", Transaction.MetadataLock.SHARED_WRITE, LONG);
    lock(two, A, true);
    lock(three, B, true);
    assertThat(lock(one, A, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> first = await(one);
    assertThat(lock(two, B, true)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> second = await(two);
    CompletableFuture<Void> third =
        CompletableFuture.runAsync(
            () -> metadata.lock(three, "d", "t", Transaction.MetadataLock.EXCLUSIVE, LONG),
            THREADS);
    CompletableFuture<Object> any = CompletableFuture.anyOf(first, second, third);
    assertThatThrownBy(any::join).isInstanceOf(CompletionException.class);
    assertThat(locks.deadlocks()).isEqualTo(1);
    for (LockOwner owner : List.of(one, two, three)) {
      owner.interrupt();
    }
  }

  @Test
  void timesOutAndIsInterrupted() {
    LockOwner holder = new LockOwner();
    LockOwner waiter = new LockOwner();
    lock(holder, A, true);
    lock(waiter, A, true);
    assertThatThrownBy(() -> locks.await(waiter, Duration.ofMillis(20)))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_WAIT_TIMEOUT));
    lock(waiter, A, true);
    CompletableFuture<Void> waiting = await(waiter);
    waiter.interrupt();
    assertRejected(waiting, MySqlError.QUERY_INTERRUPTED);
    locks.releaseAll(holder);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void aWaiterThatGivesUpLetsTheOthersThrough() {
    LockOwner reader = new LockOwner();
    LockOwner writer = new LockOwner();
    LockOwner late = new LockOwner();
    lock(reader, A, false);
    lock(writer, A, true);
    lock(late, A, false);
    CompletableFuture<Void> writing = await(writer);
    CompletableFuture<Void> reading = await(late);
    writer.interrupt();
    assertRejected(writing, MySqlError.QUERY_INTERRUPTED);
    reading.join();
    locks.releaseAll(reader);
    locks.releaseAll(late);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void anImplicitLockBecomesExplicitWhenSomebodyWants() {
    LockOwner writer = new LockOwner();
    LockOwner other = new LockOwner();
    assertThat(locks.lockRecord(other, tree, A, false, writer, LockWait.WAIT))
        .isEqualTo(Outcome.WAITING);
    assertThat(locks.holds(writer, tree, A, true)).isTrue();
    CompletableFuture<Void> waiting = await(other);
    locks.releaseAll(writer);
    waiting.join();
    assertThat(locks.holds(other, tree, A, false)).isTrue();
    // One that has ended holds nothing any more.
    assertThat(locks.lockRecord(new LockOwner(), tree, B, true, writer, LockWait.NOWAIT))
        .isEqualTo(Outcome.GRANTED);
  }

  @Test
  void gapsKeepInsertsOutButNotEachOther() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    LockOwner inserter = new LockOwner();
    locks.lockGap(one, tree, KeyBound.behind(A), KeyBound.before(C));
    locks.lockGap(two, tree, KeyBound.LOWEST, KeyBound.HIGHEST);
    assertThat(locks.lockInsert(inserter, tree, B)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> waiting = await(inserter);
    locks.releaseAll(two);
    assertThat(waiting).isNotDone();
    locks.releaseAll(one);
    waiting.join();
    assertThat(locks.lockInsert(inserter, tree, B)).isEqualTo(Outcome.GRANTED);
  }

  @Test
  void twoGapHoldersThatInsertAreADeadlock() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    locks.lockGap(one, tree, KeyBound.LOWEST, KeyBound.HIGHEST);
    locks.lockGap(two, tree, KeyBound.LOWEST, KeyBound.HIGHEST);
    assertThat(locks.lockInsert(one, tree, A)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> first = await(one);
    assertThat(locks.lockInsert(two, tree, B)).isEqualTo(Outcome.WAITING);
    assertRejected(await(two), MySqlError.LOCK_DEADLOCK);
    locks.releaseAll(two);
    first.join();
    assertThat(locks.lockInsert(one, tree, A)).isEqualTo(Outcome.GRANTED);
  }

  @Test
  void anIntervalLocksTheRecordsInIt() {
    LockOwner one = new LockOwner();
    LockOwner two = new LockOwner();
    lock(two, C, false);
    assertThat(
            locks.lockIntervalOverRecord(
                one, tree, KeyBound.LOWEST, KeyBound.behind(A), A, true, null, LockWait.WAIT))
        .isEqualTo(Outcome.GRANTED);
    assertThat(
            locks.lockIntervalOverRecord(
                one,
                tree,
                KeyBound.behind(A),
                KeyBound.behind(C),
                C,
                true,
                null,
                LockWait.SKIP_LOCKED))
        .isEqualTo(Outcome.SKIPPED);
    assertThat(lock(one, A, true)).isEqualTo(Outcome.HELD);
    assertThat(lock(two, B, true)).isEqualTo(Outcome.GRANTED);
    assertThat(lock(two, A, false)).isEqualTo(Outcome.WAITING);
    CompletableFuture<Void> waiting = await(two);
    locks.releaseAll(one);
    waiting.join();
    locks.releaseAll(two);
    assertThat(locks.lockedRecords()).isZero();
  }

  @Test
  void metadataLocksAreFair() {
    MetadataLocks metadata = new MetadataLocks(locks);
    LockOwner reader = new LockOwner();
    LockOwner ddl = new LockOwner();
    LockOwner late = new LockOwner();
    metadata.lock(reader, "d", "t", Transaction.MetadataLock.SHARED_READ, LONG);
    CompletableFuture<Void> altering =
        CompletableFuture.runAsync(
            () -> metadata.lock(ddl, "d", "t", Transaction.MetadataLock.EXCLUSIVE, LONG), THREADS);
    while (ddl.waiting == null) {
      Thread.onSpinWait();
    }
    // Who holds the table already is not kept out by who waits for it.
    metadata.lock(reader, "d", "t", Transaction.MetadataLock.SHARED_WRITE, LONG);
    assertThatThrownBy(() ->
            metadata.lock(
                late, "d", "t", Transaction.MetadataLock.SHARED_READ, Duration.ofMillis(20)))
        .isInstanceOf(Rejected.class);
    metadata.releaseAll(reader);
    altering.join();
    metadata.releaseAll(ddl);
    metadata.lock(late, "d", "t", Transaction.MetadataLock.SHARED_READ, LONG);
    metadata.releaseAll(late);
  }
}
