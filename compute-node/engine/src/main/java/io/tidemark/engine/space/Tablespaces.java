package io.tidemark.engine.space;

import static io.tidemark.storage.page.PageHeader.INT;
import static io.tidemark.storage.page.PageHeader.NO_PAGE;

import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.redo.RedoRecordType;
import java.lang.foreign.MemorySegment;

/// Gives out and takes back the pages of a tablespace. The state is page 0 of the space, behind the
/// page header:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 64 | 4 | next page | the first page number never given out |
/// | 68 | 4 | free head | the first free page, -1 if none |
/// | 72 | 4 | free count | how many pages are free |
/// | 76 | 52 | reserved | zero |
///
/// Free pages are of type FREE and chained by their right sibling field, the last freed first. The
/// rest of page 0, from [#FIRST_OTHER_BYTE], is for others; in tablespace 0 it is the control page.
///
/// A freed page may be given out again at once: whoever follows a page number in a tree checks,
/// after it has taken the stamp of the page it arrived at, that the page it came from is unchanged,
/// so nobody can arrive late. Who frees a page of another kind must know that nobody will come.
///
/// Immutable.
public final class Tablespaces {
  public static final int FIRST_OTHER_BYTE = 128;

  private static final int NEXT_PAGE_OFFSET = 64;
  private static final int FREE_HEAD_OFFSET = 68;
  private static final int FREE_COUNT_OFFSET = 72;
  private static final int STATE_BYTES = 12;

  private Tablespaces() {}

  /// Begins a tablespace: formats its page 0 and tells all consumers of redo. Tablespace 0 gets a
  /// control page.
  public static void create(MiniTransaction mtr, int spaceId) {
    PageFrame header = mtr.latchNew(new PageId(spaceId, 0));
    mtr.logical(RedoRecordType.SPACE_CREATED, spaceId);
    PageType type = spaceId == 0 ? PageType.CONTROL : PageType.SPACE_HEADER;
    mtr.pageFormat(header, type, 0, 0, 0);
    writeState(mtr, header, 1, NO_PAGE, 0);
  }

  /// Ends a tablespace. After the mtr's commit nobody may use its pages; the caller then calls
  /// [io.tidemark.engine.buffer.BufferPool#dropSpace].
  public static void drop(MiniTransaction mtr, int spaceId) {
    mtr.logical(RedoRecordType.SPACE_DROPPED, spaceId);
  }

  /// A page that nobody uses, exclusively latched, which the caller formats next.
  ///
  /// The first change of the mtr, or at least after everything that can fail.
  public static PageFrame allocate(MiniTransaction mtr, int spaceId) {
    PageFrame header = latchHeader(mtr, spaceId);
    MemorySegment page = header.page();
    int nextPage = page.get(INT, NEXT_PAGE_OFFSET);
    int freeHead = page.get(INT, FREE_HEAD_OFFSET);
    int freeCount = page.get(INT, FREE_COUNT_OFFSET);
    if (freeHead != NO_PAGE) {
      PageId free = new PageId(spaceId, freeHead);
      if (mtr.owner().pool().tryFind(free.packed()) != null) {
        PageFrame frame = mtr.latchExclusive(free, LatchLevel.FREE_PAGE);
        if (PageHeader.type(frame.page()) != PageType.FREE) {
          throw new Corrupt(
              "page %s: expected FREE in the free list, found %s"
                  .formatted(free, PageHeader.type(frame.page())));
        }
        writeState(mtr, header, nextPage, PageHeader.right(frame.page()), freeCount - 1);
        return frame;
      }
      // Not in memory: growing the space costs less than reading under latches. Next time.
      fetchLater(mtr, free);
    }
    if (nextPage == Integer.MAX_VALUE) {
      throw new Exhausted("tablespace " + spaceId + ": all page numbers are in use");
    }
    PageFrame fresh = mtr.latchNew(new PageId(spaceId, nextPage));
    writeState(mtr, header, nextPage + 1, freeHead, freeCount);
    return fresh;
  }

  /// Gives a page back, which the mtr has latched exclusively and to which nothing leads any more
  /// when the mtr ends.
  public static void free(MiniTransaction mtr, PageFrame frame) {
    int spaceId = frame.id().spaceId();
    PageFrame header = latchHeader(mtr, spaceId);
    MemorySegment page = header.page();
    int freeHead = page.get(INT, FREE_HEAD_OFFSET);
    mtr.pageFormat(frame, PageType.FREE, 0, 0, 0);
    mtr.siblings(frame, NO_PAGE, freeHead);
    writeState(
        mtr,
        header,
        page.get(INT, NEXT_PAGE_OFFSET),
        frame.pageNo(),
        page.get(INT, FREE_COUNT_OFFSET) + 1);
  }

  /// The number of pages ever given out, page 0 included.
  public static int extent(MemorySegment headerPage) {
    return headerPage.get(INT, NEXT_PAGE_OFFSET);
  }

  public static int freeHead(MemorySegment headerPage) {
    return headerPage.get(INT, FREE_HEAD_OFFSET);
  }

  public static int freeCount(MemorySegment headerPage) {
    return headerPage.get(INT, FREE_COUNT_OFFSET);
  }

  /// Latches page 0, so that [#allocate] and [#free] later in the mtr cannot fail for lack of it.
  public static PageFrame latchHeader(MiniTransaction mtr, int spaceId) {
    return mtr.latchExclusive(new PageId(spaceId, 0), LatchLevel.SPACE_HEADER);
  }

  private static void fetchLater(MiniTransaction mtr, PageId page) {
    var pool = mtr.owner().pool();
    Thread.ofVirtual()
        .name("free-page-read")
        .start(() -> {
          try {
            pool.fetch(page.packed());
          } catch (RuntimeException e) {
            // Only a hint: the page stays in the free list, and its reader hears of the error.
            return;
          }
        });
  }

  private static void writeState(
      MiniTransaction mtr, PageFrame header, int nextPage, int freeHead, int freeCount) {
    byte[] state = new byte[STATE_BYTES];
    MemorySegment target = MemorySegment.ofArray(state);
    target.set(INT, 0, nextPage);
    target.set(INT, FREE_HEAD_OFFSET - NEXT_PAGE_OFFSET, freeHead);
    target.set(INT, FREE_COUNT_OFFSET - NEXT_PAGE_OFFSET, freeCount);
    mtr.rawBytes(header, NEXT_PAGE_OFFSET, state, 0, STATE_BYTES);
  }
}
