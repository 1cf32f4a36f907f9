package io.tidemark.pageserver.read;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.layer.EntryKind;
import io.tidemark.storage.layer.HistorySink;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoApplier;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Changes of one page that lead from one version of it to another. It refers to the bytes of
/// layers, it does not copy them.
///
/// Reading collects newest first, down to a base (an image or a PAGE_FORMAT), and applies with
/// [#applyCollected]; merging collects oldest first and applies with [#applyInOrder]. Confined to
/// one thread.
public final class PageHistory implements HistorySink {
  private static final byte[] EMPTY = {};

  private EntryKind[] kinds = new EntryKind[16];
  private long[] lsns = new long[16];
  private byte[][] values = new byte[16][];
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int count;
  private long valueBytes;
  private boolean lastIsBase;

  @Override
  public boolean add(EntryKind kind, long lsn, byte[] bytes, int offset, int length) {
    if (count == kinds.length) {
      grow();
    }
    kinds[count] = kind;
    lsns[count] = lsn;
    values[count] = bytes;
    offsets[count] = offset;
    lengths[count] = length;
    count++;
    valueBytes += length;
    lastIsBase = kind.isBase();
    return !lastIsBase;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public int count() {
    return count;
  }

  /// Bytes of all values.
  public long valueBytes() {
    return valueBytes;
  }

  /// Whether the change added last is a base; collected newest first: whether the page can be built
  /// from these changes alone.
  public boolean lastIsBase() {
    return lastIsBase;
  }

  public EntryKind kind(int index) {
    return kinds[index];
  }

  public long lsn(int index) {
    return lsns[index];
  }

  /// The array that holds value `index` at [#offset], [#length] bytes long.
  public byte[] bytes(int index) {
    return values[index];
  }

  public int offset(int index) {
    return offsets[index];
  }

  public int length(int index) {
    return lengths[index];
  }

  public void clear() {
    Arrays.fill(values, 0, count, EMPTY);
    count = 0;
    valueBytes = 0;
    lastIsBase = false;
  }

  /// Applies changes that were added newest first to `page`, which holds the version before them,
  /// or anything if the oldest is a base. Afterwards it is the version at the newest of them.
  ///
  /// @throws Corrupt naming page and LSN if a change does not fit
  public void applyCollected(MemorySegment page, long packedPage) {
    RecordCursor cursor = new RecordCursor();
    for (int i = count - 1; i >= 0; i--) {
      apply(i, page, packedPage, cursor);
    }
    checkId(page, packedPage);
  }

  /// As [#applyCollected], for changes that were added oldest first.
  public void applyInOrder(MemorySegment page, long packedPage) {
    RecordCursor cursor = new RecordCursor();
    for (int i = 0; i < count; i++) {
      apply(i, page, packedPage, cursor);
    }
    checkId(page, packedPage);
  }

  private void apply(int i, MemorySegment page, long packedPage, RecordCursor cursor) {
    if (kinds[i] == EntryKind.IMAGE) {
      if (lengths[i] != PageHeader.PAGE_BYTES) {
        throw corrupt(packedPage, lsns[i], "image of " + lengths[i] + " bytes");
      }
      MemorySegment.copy(values[i], offsets[i], page, PageHeader.BYTE, 0, lengths[i]);
      return;
    }
    try {
      cursor.reset(values[i], offsets[i], lengths[i]);
      while (cursor.next()) {
        if (cursor.packedPageId() != packedPage) {
          throw new Corrupt("record of page " + cursor.pageId());
        }
        RedoApplier.apply(page, cursor);
      }
    } catch (Corrupt | IndexOutOfBoundsException e) {
      Corrupt corrupt = corrupt(packedPage, lsns[i], String.valueOf(e.getMessage()));
      corrupt.addSuppressed(e);
      throw corrupt;
    }
    PageHeader.setPageLsn(page, lsns[i]);
  }

  private void checkId(MemorySegment page, long packedPage) {
    if (count > 0 && PageHeader.pageId(page).packed() != packedPage) {
      throw corrupt(packedPage, lsns[0], "header says page " + PageHeader.pageId(page));
    }
  }

  private static Corrupt corrupt(long packedPage, long lsn, String what) {
    return new Corrupt("page %s at lsn %d: %s".formatted(PageId.ofPacked(packedPage), lsn, what));
  }

  private void grow() {
    int size = count * 2;
    kinds = Arrays.copyOf(kinds, size);
    lsns = Arrays.copyOf(lsns, size);
    values = Arrays.copyOf(values, size);
    offsets = Arrays.copyOf(offsets, size);
    lengths = Arrays.copyOf(lengths, size);
  }
}
