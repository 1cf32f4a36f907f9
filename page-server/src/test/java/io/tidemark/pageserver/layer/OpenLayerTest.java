package io.tidemark.pageserver.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.EntryKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The open layer against a map of lists, and under readers while it is written.
class OpenLayerTest {
  private final long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private record Change(EntryKind kind, long lsn, int length, byte first) {}

  OpenLayerTest() {
    System.out.println("tidemark.test.seed=" + seed);
  }

  @Test
  void givesTheChangesOfAPageNewestFirst() {
    OpenLayer layer = new OpenLayer(Lsn.ZERO, 0);
    Map<Long, List<Change>> model = new HashMap<>();
    for (long lsn = 1; lsn < 60_000; lsn++) {
      long page = random.nextInt(5000) == 0 ? lsn : random.nextInt(3000);
      // Now and then one that is larger than a chunk.
      byte[] bytes = new byte[random.nextInt(20_000) == 0 ? 2_000_000 : 1 + random.nextInt(100)];
      random.nextBytes(bytes);
      boolean format = random.nextInt(10) == 0;
      layer.append(page, lsn, format, bytes, 0, bytes.length);
      EntryKind kind = format ? EntryKind.FORMAT : EntryKind.DELTA;
      model
          .computeIfAbsent(page, p -> new ArrayList<>())
          .addFirst(new Change(kind, lsn, bytes.length, bytes[0]));
    }
    for (long page : model.keySet()) {
      long low = random.nextInt(60_000);
      long high = low + random.nextInt(60_000);
      List<Change> expected =
          model.get(page).stream()
              .filter(change -> change.lsn > low && change.lsn <= high)
              .toList();
      assertThat(collect(layer, page, low, high)).isEqualTo(expected);
    }
    assertThat(collect(layer, 1L << 40, 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void readersSeeEveryChangeThatWasPublished() {
    OpenLayer layer = new OpenLayer(Lsn.ZERO, 0);
    AtomicLong published = new AtomicLong();
    int pages = 4000;
    long last = 1_500_000;
    CompletableFuture<Long> reader =
        CompletableFuture.supplyAsync(() -> {
          Random pick = new Random(seed);
          long reads = 0;
          while (published.get() < last) {
            long high = published.get();
            long page = pick.nextInt(pages);
            // Change n is of page n modulo pages.
            long expected = (high / pages) * pages + page;
            expected = expected > high ? expected - pages : expected;
            long[] found = {0};
            layer.collect(
                page,
                0,
                high,
                (kind, lsn, bytes, offset, length) -> {
                  found[0] = lsn;
                  assertThat(ByteBuffer.wrap(bytes, offset, length).getLong()).isEqualTo(lsn);
                  return false;
                });
            assertThat(found[0]).isEqualTo(Math.max(expected, 0));
            reads++;
          }
          return reads;
        });
    byte[] value = new byte[8];
    for (long lsn = 1; lsn <= last && !reader.isDone(); lsn++) {
      ByteBuffer.wrap(value).putLong(lsn);
      layer.append(lsn % pages, lsn, false, value, 0, 8);
      published.setRelease(lsn);
    }
    published.set(last);
    assertThat(reader.join()).isPositive();
  }

  private static List<Change> collect(OpenLayer layer, long page, long low, long high) {
    List<Change> found = new ArrayList<>();
    layer.collect(
        page,
        low,
        high,
        (kind, lsn, bytes, offset, length) ->
            found.add(new Change(kind, lsn, length, bytes[offset])));
    return found;
  }
}
