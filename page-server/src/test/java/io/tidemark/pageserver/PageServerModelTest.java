package io.tidemark.pageserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.compact.CompactionLimits;
import io.tidemark.pageserver.ingest.RedoIngester;
import io.tidemark.pageserver.layer.ManifestStore;
import io.tidemark.pageserver.layer.ShardVerifier;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// GetPage against a model that keeps every version of every page.
class PageServerModelTest {
  static final String PREFIX = "timelines/1/shards/0";

  /// Tiny limits, so that everything happens often.
  static final PageServerConfig SMALL =
      PageServerConfig.of(PREFIX)
          .withIngest(new RedoIngester.Limits(60_000, Duration.ofMillis(200), 2))
          .withCompaction(new CompactionLimits(3, 6, 40_000, 3000, 25))
          .withCaches(1 << 20, 1 << 20);

  /// As [#SMALL], and what is written stays as it is.
  static final PageServerConfig NO_MERGE =
      SMALL.withCompaction(new CompactionLimits(1000, 1000, 40_000, 3000, 25));

  private final long seed = seed();
  private final Random random = new Random(seed);
  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final ObjectStore store = openStore();
  private final RedoModel model = new RedoModel(random, log, 30);

  /// An empty store.
  ObjectStore openStore() {
    return new MemoryObjectStore();
  }

  static long seed() {
    long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
    System.out.println("tidemark.test.seed=" + seed);
    return seed;
  }

  @Test
  void everyPageAtEveryLsnEqualsTheModel() {
    try (PageServer server = PageServer.open(SMALL, log, store)) {
      for (int round = 0; round < 30; round++) {
        model.write(100);
        verifySome(server, model, random, 200, 0);
      }
      assertThat(server.metrics().mergedBytes()).isPositive();
      verifyAll(server, model, model.lsn().value());
    }
    ShardVerifier.verify(store, PREFIX);
  }

  @Test
  void equalsTheModelAcrossRestartsWithTrimmedLogAndGarbageCollection() {
    long horizon = 0;
    for (int round = 0; round < 12; round++) {
      try (PageServer server = PageServer.open(SMALL, log, store)) {
        model.write(random.nextInt(300));
        verifySome(server, model, random, 100, horizon);
        if (random.nextBoolean()) {
          horizon = Math.max(horizon, model.someLsn(horizon));
          server.advanceGcHorizon(Lsn.of(horizon));
        }
        if (random.nextBoolean()) {
          server.awaitUploaded(model.lsn(), Duration.ofSeconds(10));
        }
        log.trim(server.uploadedLsn());
        model.write(random.nextInt(300));
        verifySome(server, model, random, 100, horizon);
        verifyAll(server, model, model.lsn().value());
        log.trim(server.uploadedLsn());
      }
      assertThat(ShardVerifier.verify(store, PREFIX)).isPresent();
    }
  }

  @Test
  void idleServerUploadsWhatItHas() {
    try (PageServer server = PageServer.open(SMALL, log, store)) {
      model.write(3);
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(20))).isTrue();
      assertThat(server.uploadedLsn()).isEqualTo(model.lsn());
    }
  }

  @Test
  void garbageCollectionBoundsTheStore() {
    try (PageServer server = PageServer.open(SMALL, log, store)) {
      for (int round = 0; round < 40; round++) {
        model.write(100);
        server.awaitIngested(model.lsn());
        server.advanceGcHorizon(model.lsn());
      }
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(20))).isTrue();
      verifyAll(server, model, model.lsn().value());
      PageRequest old = new PageRequest(model.pages().iterator().next(), Lsn.of(1), Lsn.ZERO);
      MemorySegment target = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
      assertThatThrownBy(() -> server.getPage(old, target))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("below the gc horizon");
    }
    ShardVerifier.verify(store, PREFIX);
    Manifest manifest = ManifestStore.findNewestOf(store, PREFIX).orElseThrow();
    assertThat(store.list(PREFIX + "/layers/").size()).isGreaterThan(0);
    assertThat(manifest.gcHorizon().value()).isPositive();
  }

  static void verifySome(
      PageService server, RedoModel model, Random random, int count, long horizon) {
    List<PageId> pages = new ArrayList<>(model.pages());
    for (int i = 0; i < count && !pages.isEmpty(); i++) {
      PageId page =
          random.nextInt(20) == 0
              ? new PageId(1 + random.nextInt(3), 1000)
              : pages.get(random.nextInt(pages.size()));
      long at = random.nextInt(4) == 0 ? model.lsn().value() : model.someLsn(horizon);
      verify(server, model, page, at);
    }
  }

  static void verifyAll(PageService server, RedoModel model, long at) {
    List<PageId> pages = List.copyOf(model.pages());
    List<PageRequest> requests = new ArrayList<>();
    List<MemorySegment> targets = new ArrayList<>();
    for (PageId page : pages) {
      requests.add(new PageRequest(page, Lsn.of(at), Lsn.of(model.lastChange(page, at))));
      targets.add(MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]));
    }
    boolean[] found = server.getPages(requests, targets);
    for (int i = 0; i < found.length; i++) {
      check(model, pages.get(i), at, found[i], targets.get(i).toArray(PageHeader.BYTE));
    }
  }

  static void verify(PageService server, RedoModel model, PageId page, long at) {
    byte[] target = new byte[PageHeader.PAGE_BYTES];
    boolean found =
        server.getPage(
            new PageRequest(page, Lsn.of(at), Lsn.of(model.lastChange(page, at))),
            MemorySegment.ofArray(target));
    check(model, page, at, found, target);
  }

  private static void check(RedoModel model, PageId page, long at, boolean found, byte[] actual) {
    byte[] expected = model.expected(page, at);
    assertThat(found).as("page %s at %d exists", page, at).isEqualTo(expected.length > 0);
    if (found) {
      assertThat(actual).as("page %s at %d", page, at).isEqualTo(expected);
    } else {
      assertThat(actual).as("page %s at %d", page, at).containsOnly(0);
    }
  }
}
