package io.tidemark.pageserver.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.FaultyObjectStore;
import io.tidemark.storage.object.FaultyObjectStore.Faults;
import io.tidemark.storage.object.MemoryObjectStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Who may commit the next manifest.
class ManifestStoreTest {
  private static final String PREFIX = "shard";

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final ObjectRetry retry = ObjectRetry.ofMillis(1, 4);

  @Test
  void opensWithTheNextGeneration() {
    assertThat(ManifestStore.findNewestOf(store, PREFIX)).isEmpty();
    ManifestStore first = open();
    assertThat(first.current().generation()).isEqualTo(1);
    commit(first, 100);
    ManifestStore second = open();
    assertThat(second.current().generation()).isEqualTo(2);
    assertThat(second.current().uploadedLsn()).isEqualTo(Lsn.of(100));
    assertThat(ManifestStore.findNewestOf(store, PREFIX)).contains(second.current());
  }

  @Test
  void anOvertakenGenerationIsFenced() {
    ManifestStore first = open();
    ManifestStore second = open();
    assertThatThrownBy(() -> commit(first, 100)).isInstanceOf(Fenced.class);
    commit(second, 100);
    assertThatThrownBy(() -> commit(first, 200)).isInstanceOf(Fenced.class);
  }

  @Test
  void anOvertakenGenerationIsFencedThoughItsNumberIsFreeAgain() {
    ManifestStore first = open();
    ManifestStore second = open();
    for (int lsn = 1; lsn <= 20; lsn++) {
      commit(second, lsn);
    }
    // The number that comes behind the first one's last has been cleaned away.
    assertThat(store.list(PREFIX + "/manifest/")).hasSizeLessThan(10);
    assertThatThrownBy(() -> commit(first, 100)).isInstanceOf(Fenced.class);
    assertThat(ManifestStore.findNewestOf(store, PREFIX)).contains(second.current());
    commit(second, 21);
  }

  @Test
  void aRetriedPutRecognisesItsOwnSuccess() {
    AtomicInteger calls = new AtomicInteger();
    Faults everyThirdLies =
        new Faults() {
          @Override
          public boolean failBefore() {
            return false;
          }

          @Override
          public boolean failAfter() {
            return calls.incrementAndGet() % 3 == 1;
          }
        };
    ManifestStore manifests =
        ManifestStore.open(
            new FaultyObjectStore(store, everyThirdLies),
            PREFIX,
            retry,
            TimeUnit.SECONDS.toNanos(10));
    for (int lsn = 1; lsn <= 10; lsn++) {
      commit(manifests, lsn);
    }
    Manifest newest = ManifestStore.findNewestOf(store, PREFIX).orElseThrow();
    assertThat(newest).isEqualTo(manifests.current());
    assertThat(newest.sequence()).isEqualTo(11);
  }

  @Test
  void openingGivesUpWhenTheStoreStaysAway() {
    FaultyObjectStore dead = new FaultyObjectStore(store, FaultyObjectStore.failWhile(() -> true));
    assertThatThrownBy(
            () -> ManifestStore.open(dead, PREFIX, retry, TimeUnit.MILLISECONDS.toNanos(20)))
        .isInstanceOf(RetryLater.class);
  }

  @Test
  void refusesADamagedManifest() {
    open();
    store.flipBit(PREFIX + "/manifest/0000000000000001", 300);
    assertThatThrownBy(this::open)
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("manifest shard/manifest/0000000000000001");
  }

  private ManifestStore open() {
    return ManifestStore.open(store, PREFIX, retry, TimeUnit.SECONDS.toNanos(1));
  }

  private static void commit(ManifestStore manifests, long uploaded) {
    manifests.commit(before ->
        new Manifest(
            before.sequence(),
            before.generation(),
            before.owner(),
            Lsn.of(uploaded),
            before.gcHorizon(),
            before.contents()));
  }
}
