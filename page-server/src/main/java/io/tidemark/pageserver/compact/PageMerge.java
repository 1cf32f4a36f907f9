package io.tidemark.pageserver.compact;

import io.tidemark.pageserver.layer.LayerRun;
import io.tidemark.pageserver.read.PageHistory;
import io.tidemark.pageserver.read.PageReader;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.layer.EntryKind;
import io.tidemark.storage.layer.LayerEntry;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Rewrites the changes of one page after the other: oldest first in, oldest first out.
///
/// Changes at or below the horizon: only the last version of them can be asked for. So a base lets
/// everything before it go, and a long row of changes is folded into one image. Changes above the
/// horizon all stay; where they get long the change at that LSN is replaced by the image behind it,
/// from which it cannot be told apart. The memory it takes is bounded: when the changes that are
/// held back exceed the limits they are applied to a page.
///
/// Confined to one thread.
final class PageMerge {
  private final LayerOutput output;
  private final List<LayerRun> below;
  private final CompactionLimits limits;
  private final long horizon;

  /// Changes behind the last base, or behind `state` if there is one.
  private final PageHistory pending = new PageHistory();

  private final byte[] stateBytes = new byte[PageHeader.PAGE_BYTES];
  private final MemorySegment state = MemorySegment.ofArray(stateBytes);
  private boolean hasState;
  private boolean aboveHorizon;
  private long page;

  /// `below` are the runs older than those merged, newest first.
  PageMerge(LayerOutput output, List<LayerRun> below, CompactionLimits limits, long horizon) {
    this.output = output;
    this.below = below;
    this.limits = limits;
    this.horizon = horizon;
  }

  void begin(long nextPage) {
    page = nextPage;
    pending.clear();
    hasState = false;
    aboveHorizon = false;
  }

  void add(LayerEntry entry) {
    if (entry.lsn() > horizon && !aboveHorizon) {
      writeHorizonVersion();
      aboveHorizon = true;
    }
    if (entry.kind().isBase()) {
      pending.clear();
      hasState = false;
    }
    pending.add(entry.kind(), entry.lsn(), entry.bytes(), entry.offset(), entry.length());
    boolean isLong = exceeds(limits.imageBytes(), limits.imageChanges());
    if (isLong) {
      fold();
    }
    if (aboveHorizon) {
      if (isLong) {
        writeState();
      } else {
        output.write(
            entry.kind(), page, entry.lsn(), entry.bytes(), entry.offset(), entry.length());
      }
    }
  }

  void end() {
    if (!aboveHorizon) {
      writeHorizonVersion();
    }
    pending.clear();
  }

  /// Writes the version at the horizon: as an image if that is shorter to apply, else the changes
  /// as they are.
  private void writeHorizonVersion() {
    if (hasState || exceeds(limits.imageBytes() / 4, limits.imageChanges() / 4)) {
      if (!pending.isEmpty()) {
        fold();
      }
      writeState();
      return;
    }
    for (int i = 0; i < pending.count(); i++) {
      output.write(
          pending.kind(i),
          page,
          pending.lsn(i),
          pending.bytes(i),
          pending.offset(i),
          pending.length(i));
    }
  }

  private boolean exceeds(int bytes, int changes) {
    // A base alone is as short as it gets.
    return pending.count() > 1 && (pending.valueBytes() > bytes || pending.count() > changes);
  }

  /// Applies what is pending to the state.
  private void fold() {
    boolean complete =
        hasState
            || pending.kind(0).isBase()
            || PageReader.readFromRuns(below, page, pending.lsn(0) - 1, state);
    if (!complete) {
      throw new Corrupt(
          "page %s at lsn %d: a change and no format record or image below it"
              .formatted(PageId.ofPacked(page), pending.lsn(0)));
    }
    pending.applyInOrder(state, page);
    pending.clear();
    hasState = true;
  }

  private void writeState() {
    output.write(
        EntryKind.IMAGE, page, PageHeader.pageLsn(state), stateBytes, 0, stateBytes.length);
  }
}
