package io.tidemark.pageserver;

import static io.tidemark.pageserver.PageServerModelTest.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/// Many readers while redo comes in, layers freeze, merge and are collected.
class PageServerConcurrencyTest {
  private static final int READERS = 6;

  private final long seed = PageServerModelTest.seed();
  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final RedoModel model = new RedoModel(new Random(seed), log, 30);
  private final AtomicLongArray leases = new AtomicLongArray(READERS);
  private long horizon;
  private volatile boolean done;

  @Test
  void readersSeeTheModelWhateverHappensAround() throws Exception {
    model.write(100);
    try (PageServer server = PageServer.open(SMALL, log, store);
        ExecutorService executor = Executors.newFixedThreadPool(READERS)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        int reader = i;
        readers.add(executor.submit(() -> read(server, reader)));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (System.nanoTime() < end) {
        synchronized (this) {
          model.write(20);
          for (int i = 0; i < READERS; i++) {
            horizon = i == 0 ? leases.get(i) : Math.min(horizon, leases.get(i));
          }
          server.advanceGcHorizon(Lsn.of(horizon));
          model.forgetBelow(horizon);
        }
        server.awaitIngested(model.lsn());
      }
      done = true;
      int reads = 0;
      for (Future<Integer> reader : readers) {
        reads += reader.get();
      }
      assertThat(reads).isGreaterThan(100);
      assertThat(server.metrics().mergedBytes()).isPositive();
    }
  }

  private int read(PageServer server, int reader) {
    Random random = new Random(seed + reader);
    byte[] target = new byte[PageHeader.PAGE_BYTES];
    int reads = 0;
    while (!done) {
      PageId page;
      long at;
      long changed;
      byte[] expected;
      synchronized (this) {
        page = model.pages().stream().skip(random.nextInt(model.pages().size())).findFirst().get();
        at = random.nextInt(3) > 0 ? model.lsn().value() : model.someLsn(horizon);
        leases.set(reader, at);
        changed = model.lastChange(page, at);
        expected = model.expected(page, at);
      }
      if (random.nextInt(5) == 0) {
        server.prefetch(List.of(new PageRequest(page, Lsn.of(at), Lsn.of(changed))));
      }
      boolean found =
          server.getPage(
              new PageRequest(page, Lsn.of(at), Lsn.of(changed)), MemorySegment.ofArray(target));
      assertThat(found).isEqualTo(expected.length > 0);
      if (found && !Arrays.equals(expected, target)) {
        assertThat(target).as("page %s at %d", page, at).isEqualTo(expected);
      }
      reads++;
    }
    return reads;
  }
}
