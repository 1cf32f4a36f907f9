package io.tidemark.storage;

/// The address of a page: tablespace and page number within it. Both are unsigned-looking but kept
/// in 0..2^31-1. Ordered by tablespace, then page number. Printed as `space/page`. Immutable.
public record PageId(int spaceId, int pageNo) implements Comparable<PageId> {
  public PageId {
    if (spaceId < 0 || pageNo < 0) {
      throw new IllegalArgumentException("page id out of range: " + spaceId + "/" + pageNo);
    }
  }

  /// Both numbers in one `long`, tablespace high: sorts like [#compareTo].
  public long packed() {
    return ((long) spaceId << 32) | pageNo;
  }

  public static PageId ofPacked(long packed) {
    return new PageId((int) (packed >>> 32), (int) packed);
  }

  @Override
  public int compareTo(PageId other) {
    return Long.compare(packed(), other.packed());
  }

  @Override
  public String toString() {
    return spaceId + "/" + pageNo;
  }
}
