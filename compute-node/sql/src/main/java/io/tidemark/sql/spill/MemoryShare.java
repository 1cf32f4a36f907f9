package io.tidemark.sql.spill;

/// What one collection of rows may keep in memory. The first bytes are its own; more is asked from
/// the statement in chunks, so that counting costs an addition. Confined to the statement's thread.
public final class MemoryShare {
  /// Small enough that a thousand collections do not matter, large enough for the rows of short
  /// statements.
  private static final long OWN_BYTES = 64 << 10;

  private static final long CHUNK_BYTES = 256 << 10;

  private final WorkMemory memory;
  private final long limitBytes;
  private long usedBytes;
  private long grantedBytes;
  private long borrowedBytes;

  MemoryShare(WorkMemory memory, long limitBytes) {
    this.memory = memory;
    this.limitBytes = limitBytes;
    this.grantedBytes = Math.min(OWN_BYTES, limitBytes);
  }

  /// Counts bytes that will be kept; false, and nothing counted, if there is no room for them.
  public boolean tryTake(long bytes) {
    long wanted = usedBytes + bytes;
    if (wanted > grantedBytes && !grow(wanted)) {
      return false;
    }
    usedBytes = wanted;
    return true;
  }

  /// Some of it is not kept any more.
  public void give(long bytes) {
    usedBytes -= bytes;
  }

  private boolean grow(long wanted) {
    if (wanted > limitBytes) {
      return false;
    }
    long more = Math.min(limitBytes - grantedBytes, Math.max(CHUNK_BYTES, wanted - grantedBytes));
    if (!memory.tryTake(more)) {
      return false;
    }
    grantedBytes += more;
    borrowedBytes += more;
    return true;
  }

  /// Nothing is kept any more.
  public void release() {
    memory.give(borrowedBytes);
    borrowedBytes = 0;
    grantedBytes = Math.min(OWN_BYTES, limitBytes);
    usedBytes = 0;
  }
}
