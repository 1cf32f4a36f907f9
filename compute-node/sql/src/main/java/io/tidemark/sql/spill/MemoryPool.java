package io.tidemark.sql.spill;

import java.util.concurrent.atomic.AtomicLong;

/// The heap that all statements together may fill with rows. Thread-safe.
public final class MemoryPool {
  /// A quarter of the heap: the rest is for what statements need besides kept rows, for the other
  /// parts of the process, and for the collector to work in.
  private static final MemoryPool PROCESS = new MemoryPool(Runtime.getRuntime().maxMemory() / 4);

  private final long sizeBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  public MemoryPool(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /// The one of this process.
  public static MemoryPool ofProcess() {
    return PROCESS;
  }

  boolean tryTake(long bytes) {
    if (takenBytes.addAndGet(bytes) <= sizeBytes) {
      return true;
    }
    takenBytes.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    takenBytes.addAndGet(-bytes);
  }

  /// How much is taken.
  public long takenBytes() {
    return takenBytes.get();
  }
}
