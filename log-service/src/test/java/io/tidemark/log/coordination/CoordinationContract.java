package io.tidemark.log.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.coordination.Coordination.Lease;
import io.tidemark.log.coordination.Coordination.Watch;
import io.tidemark.log.coordination.ReaderLeases.Claim;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every coordination must do.
abstract class CoordinationContract {
  private static final Duration LONG = Duration.ofSeconds(20);

  private Coordination one;
  private Coordination other;

  /// Another node's coordination of the same, at first empty, cluster.
  protected abstract Coordination connect() throws Exception;

  /// The service takes the node for dead, while the node can reach it.
  protected abstract void expire(Coordination node);

  /// The node cannot reach the service, which takes it for dead after a while.
  protected abstract void cutOff(Coordination node);

  protected abstract void heal(Coordination node);

  @BeforeEach
  void connectTwo() throws Exception {
    one = connect();
    other = connect();
  }

  @AfterEach
  void closeTwo() {
    one.close();
    other.close();
  }

  @Test
  void aValueIsCreatedOnce() {
    assertThat(one.find("log/chain")).isEmpty();
    assertThat(one.create("log/chain", bytes("a"))).isTrue();
    assertThat(other.create("log/chain", bytes("b"))).isFalse();
    assertThat(other.find("log/chain").orElseThrow().bytes()).isEqualTo(bytes("a"));
    assertThat(other.create("log", new byte[0])).isTrue();
    assertThat(one.find("log").orElseThrow().bytes()).isEmpty();
  }

  @Test
  void aValueIsReplacedByVersion() {
    one.create("key", bytes("a"));
    long first = one.find("key").orElseThrow().version();
    long second = one.replace("key", bytes("b"), first).orElseThrow();
    assertThat(second).isNotEqualTo(first).isEqualTo(other.find("key").orElseThrow().version());
    assertThat(other.replace("key", bytes("c"), first)).isEmpty();
    assertThat(other.find("key").orElseThrow().bytes()).isEqualTo(bytes("b"));
    assertThat(other.replace("absent", bytes("c"), 0)).isEmpty();
    assertThat(other.find("absent")).isEmpty();
  }

  @Test
  void aValueIsDeletedByVersion() {
    one.create("a/b", bytes("x"));
    one.create("a/b/c", bytes("y"));
    long version = one.find("a/b").orElseThrow().version();
    assertThat(one.delete("a/b", version + 1)).isFalse();
    assertThat(one.delete("a/b", version)).isTrue();
    assertThat(one.delete("a/b", version)).isFalse();
    assertThat(other.find("a/b")).isEmpty();
    assertThat(other.replace("a/b", bytes("z"), version)).isEmpty();
    assertThat(other.find("a/b/c")).isPresent();
    assertThat(other.children("a")).containsExactly("b");
    assertThat(one.delete("a/b/c", one.find("a/b/c").orElseThrow().version())).isTrue();
    assertThat(other.children("a")).isEmpty();
    assertThat(other.create("a/b", bytes("again"))).isTrue();
  }

  @Test
  void namesBelowAKeyAreListedInOrder() {
    assertThat(one.children("nodes")).isEmpty();
    for (String key : List.of("nodes/b", "nodes/a", "nodes/c/d/e", "nodesX/y")) {
      one.create(key, bytes("x"));
    }
    assertThat(other.children("nodes")).containsExactly("a", "b", "c");
    assertThat(other.children("nodes/c")).containsExactly("d");
    assertThat(other.children("nodes/a")).isEmpty();
  }

  @Test
  void refusesKeysAndValuesThatAreNone() {
    for (String key : List.of("", "/a", "a/", "a//b", "a b", "a/../b", ".", "a~b")) {
      assertThatThrownBy(() -> one.find(key)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] large = new byte[Coordination.MAX_VALUE_BYTES + 1];
    assertThatThrownBy(() -> one.create("key", large)).isInstanceOf(IllegalArgumentException.class);
    assertThat(one.create("key", new byte[Coordination.MAX_VALUE_BYTES])).isTrue();
    assertThat(other.find("key").orElseThrow().bytes()).hasSize(Coordination.MAX_VALUE_BYTES);
  }

  @Test
  void noIncrementIsLostInARace() throws Exception {
    int threads = 8;
    int increments = 25;
    one.create("counter", bytes("0"));
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Coordination mine = i % 2 == 0 ? one : other;
        runs.add(pool.submit(() -> increment(mine, increments)));
      }
      for (Future<?> run : runs) {
        run.get(60, SECONDS);
      }
    }
    assertThat(text(one.find("counter").orElseThrow()))
        .isEqualTo(String.valueOf(threads * increments));
  }

  private static void increment(Coordination mine, int times) {
    for (int i = 0; i < times; i++) {
      OptionalLong done = OptionalLong.empty();
      while (done.isEmpty()) {
        VersionedValue value = mine.find("counter").orElseThrow();
        String next = String.valueOf(Integer.parseInt(text(value)) + 1);
        done = mine.replace("counter", bytes(next), value.version());
      }
    }
  }

  @Test
  void oneOfManyCreatorsWins() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Coordination mine = i % 2 == 0 ? one : other;
        String value = String.valueOf(i);
        runs.add(pool.submit(() -> mine.create("race/for/it", bytes(value))));
      }
      List<String> winners = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        if (runs.get(i).get(20, SECONDS)) {
          winners.add(String.valueOf(i));
        }
      }
      assertThat(winners).containsExactly(text(one.find("race/for/it").orElseThrow()));
    }
  }

  @Test
  void aLeaseIsHeldByOne() {
    Lease lease = one.lease("nodes/a", bytes("1"));
    assertThat(lease.isHeld()).isTrue();
    assertThatThrownBy(() -> other.lease("nodes/a", bytes("2"))).isInstanceOf(RetryLater.class);
    assertThatThrownBy(() -> one.lease("nodes/a", bytes("2"))).isInstanceOf(RetryLater.class);
    lease.update(bytes("3"));
    assertThat(text(other.find("nodes/a").orElseThrow())).isEqualTo("3");
    lease.close();
    assertThat(lease.isHeld()).isFalse();
    assertThat(other.find("nodes/a")).isEmpty();
    try (Lease next = other.lease("nodes/a", bytes("4"))) {
      assertThat(next.isHeld()).isTrue();
    }
  }

  @Test
  void leasesGoWithTheirHolder() throws Exception {
    Coordination third = connect();
    Lease lease = third.lease("nodes/c", bytes("x"));
    third.create("stays", bytes("x"));
    third.close();
    assertThat(lease.isHeld()).isFalse();
    await(() -> one.find("nodes/c").isEmpty());
    assertThat(one.find("stays")).isPresent();
  }

  @Test
  void anExpiredSessionLosesItsLeasesAndGoesOn() {
    Lease lease = one.lease("nodes/a", bytes("x"));
    expire(one);
    await(() -> other.find("nodes/a").isEmpty());
    await(() -> !lease.isHeld());
    awaitFenced(() -> lease.update(bytes("y")));
    await(() -> succeeds(() -> one.lease("nodes/a", bytes("z"))));
    assertThat(text(other.find("nodes/a").orElseThrow())).isEqualTo("z");
  }

  @Test
  void whoIsCutOffKnowsThatItLostItsLeaseBeforeAnotherGetsIt() {
    Lease lease = one.lease("writer", bytes("1"));
    await(lease::isHeld);
    cutOff(one);
    List<Boolean> held = new ArrayList<>();
    await(() ->
        succeeds(() -> {
          other.lease("writer", bytes("2"));
          held.add(lease.isHeld());
        }));
    assertThat(held).containsExactly(false);
    heal(one);
    awaitFenced(() -> lease.update(bytes("3")));
    assertThat(lease.isHeld()).isFalse();
    assertThat(text(other.find("writer").orElseThrow())).isEqualTo("2");
  }

  @Test
  void whoIsCutOffIsToldWithinTheDeadlineAndRecovers() {
    one.create("key", bytes("a"));
    long version = one.find("key").orElseThrow().version();
    cutOff(one);
    long start = System.nanoTime();
    assertThatThrownBy(() -> one.find("key")).isInstanceOf(RetryLater.class);
    assertThatThrownBy(() -> one.replace("key", bytes("b"), version))
        .isInstanceOf(RetryLater.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    heal(one);
    await(() -> succeeds(() -> one.find("key")));
    VersionedValue now = one.find("key").orElseThrow();
    assertThat(one.replace("key", bytes("c"), now.version())).isPresent();
  }

  @Test
  void watchesTellOfChangesAtAKeyAndBelow() throws Exception {
    Semaphore calls = new Semaphore(0);
    try (Watch watch = other.watch("nodes", calls::release)) {
      awaitCall(calls);
      one.create("nodes", bytes("x"));
      awaitCall(calls);
      one.create("nodes/a", bytes("x"));
      awaitCall(calls);
      one.replace("nodes/a", bytes("y"), one.find("nodes/a").orElseThrow().version());
      awaitCall(calls);
      Lease lease = one.lease("nodes/b", bytes("x"));
      awaitCall(calls);
      lease.update(bytes("y"));
      awaitCall(calls);
      lease.close();
      awaitCall(calls);
      one.delete("nodes/a", one.find("nodes/a").orElseThrow().version());
      awaitCall(calls);
    }
  }

  @Test
  void watchesGoOnAfterASessionWasLost() throws Exception {
    Semaphore calls = new Semaphore(0);
    try (Watch watch = other.watch("key", calls::release)) {
      awaitCall(calls);
      expire(other);
      awaitCall(calls);
      await(() -> succeeds(() -> other.find("key")));
      calls.drainPermits();
      one.create("key", bytes("x"));
      awaitCall(calls);
    }
  }

  @Test
  void aNodeIsRegisteredAgainAfterItsSessionWasLost() throws Exception {
    NodeRegistry registry = new NodeRegistry(one);
    NodeEntry node =
        new NodeEntry("page-1", NodeEntry.Role.PAGE_SERVER, new TreeMap<>(Map.of("pages", "a:1")));
    Semaphore changes = new Semaphore(0);
    try (StandingLease registration = registry.register(node);
        Watch watch = other.watch("nodes/page-1", changes::release)) {
      awaitCall(changes);
      assertThat(new NodeRegistry(other).nodes()).containsExactly(node);
      expire(one);
      awaitCall(changes);
      await(() -> new NodeRegistry(other).nodes().equals(List.of(node)));
      await(registration::isHeld);
    }
    await(() -> new NodeRegistry(other).nodes().isEmpty());
  }

  @Test
  void theLowestReaderCounts() {
    ReaderLeases readers = new ReaderLeases(one);
    assertThat(readers.lowestRedo()).isEmpty();
    assertThat(readers.lowestSnapshot()).isEmpty();
    Claim first = Claim.ofRedo(Lsn.of(10));
    try (ReaderLeases.ReaderLease slow = readers.register("slow", first)) {
      Claim replica = new Claim(Lsn.of(5), Lsn.of(3));
      ReaderLeases.ReaderLease fast = new ReaderLeases(other).register("fast", replica);
      assertThat(readers.claims()).isEqualTo(Map.of("slow", first, "fast", replica));
      assertThat(readers.lowestRedo()).contains(Lsn.of(5));
      assertThat(readers.lowestSnapshot()).contains(Lsn.of(3));
      fast.advance(new Claim(Lsn.of(500), Lsn.of(4)));
      assertThat(readers.lowestSnapshot()).contains(Lsn.of(4));
      slow.advance(Claim.ofRedo(Lsn.of(20)));
      assertThat(readers.lowestRedo()).contains(Lsn.of(20));
    }
  }

  @Test
  void aShardHasOneOwnerInEachGeneration() {
    ShardAssignments shards = new ShardAssignments(one);
    assertThat(shards.find()).isEmpty();
    assertThat(shards.create(ShardMap.of(3, 2048))).isTrue();
    assertThat(new ShardAssignments(other).create(ShardMap.of(4, 1))).isFalse();
    shards.assign(1, "page-1");
    ShardMap map = new ShardAssignments(other).assign(1, "page-2");
    assertThat(map.assignments().get(1)).isEqualTo(new ShardMap.Assignment("page-2", 2));
    assertThat(shards.find()).contains(map);
    assertThat(map.shards()).isEqualTo(3);
  }

  private static void awaitCall(Semaphore calls) throws InterruptedException {
    assertThat(calls.tryAcquire(20, SECONDS)).isTrue();
  }

  /// Who was cut off is told to try later until he has reached the service again; the call never
  /// succeeds.
  private static void awaitFenced(Runnable call) {
    await(() -> {
      try {
        call.run();
        throw new AssertionError("expected Fenced, the call succeeded");
      } catch (RetryLater e) {
        return false;
      } catch (Fenced e) {
        return true;
      }
    });
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (RetryLater e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for " + LONG).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(VersionedValue value) {
    return new String(value.bytes(), UTF_8);
  }
}
