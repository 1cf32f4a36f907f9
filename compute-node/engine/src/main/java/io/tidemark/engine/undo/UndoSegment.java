package io.tidemark.engine.undo;

import io.tidemark.storage.PageId;

/// A chain of undo pages that one transaction after another appends to.
///
/// Bound to at most one unfinished transaction at a time, whose thread alone appends; purge alone
/// frees pages at the head. The tail page is never freed.
public final class UndoSegment {
  private final int number;
  private final PageId slotsPage;
  private final int slot;
  private volatile int headPage;
  private volatile int tailPage;

  /// Where purge goes on. Confined to the purge thread.
  private int purgePage;

  private int purgeSlot;

  /// The transaction whose records purge saw last. Confined to the purge thread.
  private long purging;

  /// The last transaction that ended here; nothing to purge if purge has seen it.
  private volatile long lastEnded;

  /// Written by the purge thread when it has come to the end.
  private volatile long lastPurged;

  UndoSegment(int number, PageId slotsPage, int slot, int headPage, int tailPage) {
    this.number = number;
    this.slotsPage = slotsPage;
    this.slot = slot;
    this.headPage = headPage;
    this.tailPage = tailPage;
    this.purgePage = headPage;
  }

  public int number() {
    return number;
  }

  PageId slotsPage() {
    return slotsPage;
  }

  int slot() {
    return slot;
  }

  public int headPage() {
    return headPage;
  }

  public int tailPage() {
    return tailPage;
  }

  void setHeadPage(int pageNo) {
    headPage = pageNo;
  }

  void setTailPage(int pageNo) {
    tailPage = pageNo;
  }

  public int purgePage() {
    return purgePage;
  }

  public int purgeSlot() {
    return purgeSlot;
  }

  public void setPurgePosition(int pageNo, int nextSlot) {
    purgePage = pageNo;
    purgeSlot = nextSlot;
  }

  public long lastEnded() {
    return lastEnded;
  }

  public void setLastEnded(long transactionId) {
    lastEnded = transactionId;
  }

  public long purging() {
    return purging;
  }

  public void setPurging(long transactionId) {
    purging = transactionId;
  }

  /// The last transaction that had ended when purge last came to the end of the segment.
  public long lastPurged() {
    return lastPurged;
  }

  public void setLastPurged(long transactionId) {
    lastPurged = transactionId;
  }

  @Override
  public String toString() {
    return "undo segment " + number;
  }
}
