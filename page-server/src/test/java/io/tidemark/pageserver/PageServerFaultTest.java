package io.tidemark.pageserver;

import static io.tidemark.pageserver.PageServerModelTest.PREFIX;
import static io.tidemark.pageserver.PageServerModelTest.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.layer.ShardVerifier;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.FaultyObjectStore;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The page server on an object store that fails, loses its owner, or damages bytes.
class PageServerFaultTest {
  private static final PageServerConfig CONFIG = SMALL.withRequestTimeout(Duration.ofMillis(300));

  private final long seed = PageServerModelTest.seed();
  private final Random random = new Random(seed);
  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final RedoModel model = new RedoModel(random, log, 30);

  @Test
  void losesNothingWhenItCrashesAtAnyObjectStoreCall() {
    long horizon = 0;
    int crashes = 0;
    for (int round = 0; round < 40; round++) {
      // Spread over the calls of opening, uploading, committing, merging and cleaning up.
      long call = 1 + random.nextInt(round % 2 == 0 ? 12 : 120);
      AtomicBoolean crashed = new AtomicBoolean();
      FaultyObjectStore dying =
          new FaultyObjectStore(
              store, FaultyObjectStore.crashAt(call, random.nextBoolean(), crashed));
      try (PageServer server = PageServer.open(CONFIG, log, dying)) {
        server.advanceGcHorizon(Lsn.of(horizon));
        model.write(150);
        while (!crashed.get() && !server.awaitUploaded(model.lsn(), Duration.ofMillis(20))) {
          log.trim(server.uploadedLsn());
        }
        log.trim(server.uploadedLsn());
      } catch (RetryLater e) {
        assertThat(crashed).isTrue();
      }
      crashes += crashed.get() ? 1 : 0;
      try (PageServer server = PageServer.open(CONFIG, log, store)) {
        PageServerModelTest.verifyAll(server, model, model.lsn().value());
        PageServerModelTest.verifySome(server, model, random, 50, horizon);
        model.forgetBelow(horizon);
        log.trim(server.uploadedLsn());
      }
      ShardVerifier.verify(store, PREFIX);
      if (random.nextInt(4) == 0) {
        horizon = model.someLsn(horizon);
      }
    }
    assertThat(crashes).isGreaterThan(15);
  }

  @Test
  void equalsTheModelWhileCallsFailNowAndThen() {
    FaultyObjectStore flaky =
        new FaultyObjectStore(
            store, FaultyObjectStore.failWhile(() -> ThreadLocalRandom.current().nextInt(10) == 0));
    try (PageServer server =
        PageServer.open(SMALL.withRequestTimeout(Duration.ofSeconds(20)), log, flaky)) {
      for (int round = 0; round < 10; round++) {
        model.write(100);
        PageServerModelTest.verifySome(server, model, random, 40, 0);
      }
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(30))).isTrue();
      PageServerModelTest.verifyAll(server, model, model.lsn().value());
    }
  }

  @Test
  void servesFromMemoryDuringAnOutageAndIngestWaitsAtItsBound() {
    AtomicBoolean broken = new AtomicBoolean();
    FaultyObjectStore flaky =
        new FaultyObjectStore(store, FaultyObjectStore.failWhile(broken::get));
    try (PageServer server = PageServer.open(CONFIG, log, flaky)) {
      broken.set(true);
      model.write(2000);
      assertThatThrownBy(() -> server.awaitIngested(model.lsn())).isInstanceOf(RetryLater.class);
      assertThat(server.metrics().layers().frozen()).isEqualTo(2);
      assertThat(server.metrics().layers().openBytes()).isLessThan(200_000);
      long ingested = server.ingestedLsn().value();
      for (PageId page : model.pages()) {
        PageServerModelTest.verify(server, model, page, ingested);
      }
      broken.set(false);
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(30))).isTrue();
      PageServerModelTest.verifyAll(server, model, model.lsn().value());
    }
  }

  @Test
  void anOvertakenPageServerStopsAndHarmsNothing() {
    try (PageServer old = PageServer.open(CONFIG, log, store)) {
      model.write(300);
      old.awaitUploaded(model.lsn(), Duration.ofSeconds(20));
      try (PageServer server = PageServer.open(CONFIG, log, store)) {
        for (int round = 0; round < 10; round++) {
          model.write(200);
          server.awaitIngested(model.lsn());
        }
        assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(20))).isTrue();
        // The old one meets the new manifest at its next commit; whoever asks it then hears that.
        assertThatThrownBy(
                () -> {
                  while (true) {
                    model.write(20);
                    old.awaitIngested(model.lsn());
                    old.awaitUploaded(model.lsn(), Duration.ofMillis(20));
                  }
                })
            .isInstanceOf(Fenced.class);
        PageServerModelTest.verifyAll(server, model, model.lsn().value());
      }
    }
    try (PageServer server = PageServer.open(CONFIG, log, store)) {
      PageServerModelTest.verifyAll(server, model, model.lsn().value());
    }
  }

  @Test
  void neverServesADamagedLayer() {
    model.write(600);
    try (PageServer server = PageServer.open(CONFIG, log, store)) {
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(20))).isTrue();
    }
    int corrupt = 0;
    for (int i = 0; i < 40; i++) {
      List<ObjectSummary> layers = store.list(PREFIX + "/layers/");
      ObjectSummary layer = layers.get(random.nextInt(layers.size()));
      int bit = random.nextInt((int) layer.sizeBytes() * 8);
      store.flipBit(layer.key(), bit);
      // No merging here: it would stop at the damage and say so in the log.
      try (PageServer server = PageServer.open(PageServerModelTest.NO_MERGE, log, store)) {
        for (PageId page : model.pages()) {
          try {
            PageServerModelTest.verify(server, model, page, model.lsn().value());
          } catch (Corrupt e) {
            corrupt++;
            assertThat(e).hasMessageContaining("layer ");
          }
        }
      }
      store.flipBit(layer.key(), bit);
    }
    assertThat(corrupt).isPositive();
  }

  @Test
  void namesAMissingLayer() {
    model.write(600);
    try (PageServer server = PageServer.open(CONFIG, log, store)) {
      assertThat(server.awaitUploaded(model.lsn(), Duration.ofSeconds(20))).isTrue();
    }
    store.list(PREFIX + "/layers/").forEach(layer -> store.delete(layer.key()));
    PageId page =
        model.pages().stream()
            .filter(id -> model.expected(id, model.lsn().value()).length > 0)
            .findFirst()
            .orElseThrow();
    PageRequest request = new PageRequest(page, model.lsn(), Lsn.ZERO);
    MemorySegment target = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    try (PageServer server = PageServer.open(PageServerModelTest.NO_MERGE, log, store)) {
      assertThatThrownBy(() -> server.getPage(request, target))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("is missing");
    }
  }
}
