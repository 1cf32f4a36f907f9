package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;

/// A Bloom filter on page ids: no false negatives, about 1 % false positives at 10 bits for a page.
///
/// Stored as `probe count u32, word count u32, words u64 each`. Probe i looks at bit `(h1 + i *
/// h2)` modulo the bits, h1 and h2 the halves of a 64-bit mix of the page id. Immutable once built.
public final class PageFilter {
  private static final int PROBES = 7;
  private static final int BITS_PER_PAGE = 10;

  private final long[] words;

  private PageFilter(long[] words) {
    this.words = words;
  }

  /// A filter of the first `count` packed page ids.
  static PageFilter of(long[] pages, int count) {
    PageFilter filter =
        new PageFilter(new long[Math.max(1, (int) ((count * (long) BITS_PER_PAGE + 63) / 64))]);
    for (int i = 0; i < count; i++) {
      filter.add(pages[i]);
    }
    return filter;
  }

  public boolean mayContain(long page) {
    long hash = mix(page);
    int step = (int) (hash >>> 32) | 1;
    int bit = (int) hash;
    for (int i = 0; i < PROBES; i++) {
      int at = Integer.remainderUnsigned(bit, words.length << 6);
      if ((words[at >>> 6] & (1L << at)) == 0) {
        return false;
      }
      bit += step;
    }
    return true;
  }

  int sizeBytes() {
    return 8 + words.length * 8;
  }

  void encode(MemorySegment target, long offset) {
    target.set(INT, offset, PROBES);
    target.set(INT, offset + 4, words.length);
    for (int i = 0; i < words.length; i++) {
      target.set(LONG, offset + 8 + i * 8L, words[i]);
    }
  }

  static PageFilter decode(MemorySegment source, long offset, long length) {
    int probes = source.get(INT, offset);
    int count = source.get(INT, offset + 4);
    if (probes != PROBES || count < 1 || length != 8 + count * 8L) {
      throw new Corrupt(
          "page filter: %d probes, %d words in %d bytes".formatted(probes, count, length));
    }
    long[] words = new long[count];
    for (int i = 0; i < count; i++) {
      words[i] = source.get(LONG, offset + 8 + i * 8L);
    }
    return new PageFilter(words);
  }

  private void add(long page) {
    long hash = mix(page);
    int step = (int) (hash >>> 32) | 1;
    int bit = (int) hash;
    for (int i = 0; i < PROBES; i++) {
      int at = Integer.remainderUnsigned(bit, words.length << 6);
      words[at >>> 6] |= 1L << at;
      bit += step;
    }
  }

  /// The finaliser of MurmurHash3.
  private static long mix(long value) {
    long h = value;
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }
}
