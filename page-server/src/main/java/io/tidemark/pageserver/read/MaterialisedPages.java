package io.tidemark.pageserver.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The newest versions of pages that were asked for, each with the LSN range in which it holds, so
/// that the next version is reached by applying only what came later. Bounded by bytes. Safe for
/// any number of threads.
public final class MaterialisedPages {
  private static final int ENTRY_OVERHEAD_BYTES = 128;

  private final Cache<Long, Version> cache;

  public MaterialisedPages(long maxBytes) {
    cache =
        Caffeine.newBuilder()
            .maximumSize(maxBytes / (PageHeader.PAGE_BYTES + ENTRY_OVERHEAD_BYTES))
            .executor(Runnable::run)
            .build();
  }

  Optional<Version> find(long page) {
    return Optional.ofNullable(cache.getIfPresent(page));
  }

  /// Keeps `version` unless a newer one is there.
  void offer(long page, Version version) {
    Version kept = cache.getIfPresent(page);
    if (kept == null || kept.validTo < version.validTo) {
      cache.put(page, version);
    }
  }

  /// The bytes of a page and where they hold: from its page LSN up to `validTo`, which only grows.
  /// The bytes never change.
  static final class Version {
    private final byte[] bytes;
    private final long pageLsn;
    private volatile long validTo;

    Version(byte[] bytes, long validTo) {
      this.bytes = bytes;
      this.pageLsn = PageHeader.pageLsn(MemorySegment.ofArray(bytes));
      this.validTo = validTo;
    }

    long pageLsn() {
      return pageLsn;
    }

    long validTo() {
      return validTo;
    }

    /// A race may lose the larger of two values; then a later read looks a little further.
    void extendTo(long lsn) {
      if (lsn > validTo) {
        validTo = lsn;
      }
    }

    byte[] bytes() {
      return bytes;
    }

    void copyTo(MemorySegment target) {
      MemorySegment.copy(bytes, 0, target, PageHeader.BYTE, 0, bytes.length);
    }
  }
}
