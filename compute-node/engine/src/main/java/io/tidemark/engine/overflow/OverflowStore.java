package io.tidemark.engine.overflow;

import static io.tidemark.storage.page.PageHeader.BYTE;
import static io.tidemark.storage.page.PageHeader.HEADER_BYTES;
import static io.tidemark.storage.page.PageHeader.NO_PAGE;
import static io.tidemark.storage.page.PageHeader.PAGE_BYTES;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Long byte strings as chains of OVERFLOW pages.
///
/// A page holds [#CHUNK_BYTES] bytes behind its header, the last one fewer. Its right sibling is
/// the next page of the chain; `extra` is the number of bytes from this page to the end of the
/// chain; `owner` is a number of the caller's by which it recognises its chain. A chain is written
/// from its end, one page in each mtr, so that every page that is there leads to a complete rest;
/// it is freed from its end too, so that freeing can be repeated after a crash. Once written it
/// does not change.
///
/// Immutable; safe for any number of threads.
public final class OverflowStore {
  public static final int CHUNK_BYTES = PAGE_BYTES - HEADER_BYTES;

  private OverflowStore() {}

  /// Writes one page of a chain in an mtr of its own.
  public interface PageWriter {
    /// The page of the value's bytes from `start` on, before page `next`, written by
    /// [OverflowStore#writePage]; returns its number.
    int write(int start, int next);
  }

  /// Writes a value of at least one byte; returns the number of the chain's first page. Nothing
  /// leads there until the caller stores the number in an mtr of its own: should a crash come
  /// first, only what `pages` noted in each mtr tells of the chain.
  public static int write(byte[] value, PageWriter pages) {
    if (value.length == 0) {
      throw new IllegalArgumentException("overflow value without bytes");
    }
    int next = NO_PAGE;
    int start = (value.length - 1) / CHUNK_BYTES * CHUNK_BYTES;
    for (; start >= 0; start -= CHUNK_BYTES) {
      next = pages.write(start, next);
    }
    return next;
  }

  /// Writes the bytes of `value` from `start` on, as many as a page holds; returns its number.
  public static int writePage(
      MiniTransaction mtr, int spaceId, long owner, byte[] value, int start, int next) {
    PageFrame frame = Tablespaces.allocate(mtr, spaceId);
    mtr.pageFormat(frame, PageType.OVERFLOW, 0, 0, owner);
    mtr.siblings(frame, NO_PAGE, next);
    mtr.header(frame, 0, 0, owner, value.length - (long) start);
    int length = Math.min(CHUNK_BYTES, value.length - start);
    mtr.rawBytes(frame, HEADER_BYTES, value, start, length);
    return frame.pageNo();
  }

  /// The whole value of the chain that begins at `pageNo`.
  ///
  /// @throws Corrupt if the pages are not a chain of this owner
  public static byte[] read(BufferPool pool, int spaceId, long owner, int pageNo) {
    Chunk chunk = readChunk(pool, spaceId, owner, pageNo);
    byte[] value = Arrays.copyOf(chunk.bytes, chunk.rest);
    int at = chunk.bytes.length;
    while (at < value.length) {
      chunk = readChunk(pool, spaceId, owner, chunk.next);
      if (chunk.rest != value.length - at) {
        throw new Corrupt(
            "overflow chain at page %d/%d: expected %d more bytes, found %d"
                .formatted(spaceId, pageNo, value.length - at, chunk.rest));
      }
      System.arraycopy(chunk.bytes, 0, value, at, chunk.bytes.length);
      at += chunk.bytes.length;
    }
    return value;
  }

  /// Frees a chain; harmless if it is freed already, or was freed in part when the engine crashed.
  /// The caller knows that nobody reads it any more.
  public static void free(MiniTransactions mtrs, int spaceId, long owner, int pageNo) {
    int[] chain = pages(mtrs.pool(), spaceId, owner, pageNo);
    for (int i = chain.length - 1; i >= 0; i--) {
      freePage(mtrs, new PageId(spaceId, chain[i]), owner);
    }
  }

  /// The numbers of the chain's pages, up to the first that is not the owner's.
  public static int[] pages(BufferPool pool, int spaceId, long owner, int pageNo) {
    int[] chain = new int[8];
    int count = 0;
    int at = pageNo;
    while (at != NO_PAGE) {
      int current = at;
      Integer next =
          pool.read(
              new PageId(spaceId, current),
              page -> isPartOf(page, owner) ? PageHeader.right(page) : current);
      if (next == current) {
        break;
      }
      if (count == chain.length) {
        chain = Arrays.copyOf(chain, 2 * count);
      }
      chain[count++] = current;
      at = next;
    }
    return Arrays.copyOf(chain, count);
  }

  private static void freePage(MiniTransactions mtrs, PageId page, long owner) {
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame frame = mtr.latchExclusive(page, LatchLevel.OVERFLOW);
      if (isPartOf(frame.page(), owner)) {
        Tablespaces.latchHeader(mtr, page.spaceId());
        Tablespaces.free(mtr, frame);
        mtr.commit();
      }
    }
  }

  private static boolean isPartOf(MemorySegment page, long owner) {
    return PageHeader.type(page) == PageType.OVERFLOW && PageHeader.owner(page) == owner;
  }

  private static Chunk readChunk(BufferPool pool, int spaceId, long owner, int pageNo) {
    if (pageNo == NO_PAGE) {
      throw new Corrupt("overflow chain of owner " + owner + ": ends too early");
    }
    PageId id = new PageId(spaceId, pageNo);
    return pool.read(
        id,
        page -> {
          long rest = PageHeader.extra(page);
          if (!isPartOf(page, owner) || rest <= 0 || rest > Integer.MAX_VALUE) {
            throw new Corrupt(
                "page %s: expected OVERFLOW of owner %d, found %s of owner %d, %d bytes"
                    .formatted(id, owner, PageHeader.type(page), PageHeader.owner(page), rest));
          }
          byte[] bytes = new byte[(int) Math.min(rest, CHUNK_BYTES)];
          MemorySegment.copy(page, BYTE, HEADER_BYTES, bytes, 0, bytes.length);
          return new Chunk(bytes, (int) rest, PageHeader.right(page));
        });
  }

  /// What one page of a chain holds.
  private static final class Chunk {
    private final byte[] bytes;
    private final int rest;
    private final int next;

    Chunk(byte[] bytes, int rest, int next) {
      this.bytes = bytes;
      this.rest = rest;
      this.next = next;
    }
  }
}
