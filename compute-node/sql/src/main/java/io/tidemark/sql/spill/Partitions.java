package io.tidemark.sql.spill;

import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Rows in temporary files, split by the hash of their keys: rows with equal keys are in the same
/// file, in the order they came. Each level splits by other bits than the one before. Confined to
/// the statement's thread.
public final class Partitions implements AutoCloseable {
  public static final int COUNT = 16;

  private static final int COUNT_BITS = 4;

  private final WorkMemory memory;
  private final int level;
  private final @Nullable SpillFile[] files = new SpillFile[COUNT];

  /// One file.
  public record Partition(SpillFile file, int level) implements AutoCloseable {
    @Override
    public void close() {
      file.close();
    }
  }

  public Partitions(WorkMemory memory, int level) {
    this.memory = memory;
    this.level = level;
  }

  public void add(StoredRow row) {
    int number = numberOf(row.hash(), level);
    SpillFile file = files[number];
    if (file == null) {
      file = memory.newFile();
      files[number] = file;
    }
    file.add(row);
  }

  /// The finalizer of MurmurHash3, so that every level sees bits that depend on all of the hash.
  private static int numberOf(int hash, int level) {
    int mixed = hash + level * 0x9E3779B9;
    mixed = (mixed ^ mixed >>> 16) * 0x85EBCA6B;
    mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
    return (mixed ^ mixed >>> 16) >>> (Integer.SIZE - COUNT_BITS);
  }

  /// The file with this number, from 0 to [#COUNT]; null if no row went there.
  public @Nullable SpillFile file(int number) {
    return files[number];
  }

  /// Puts the files on top of what is still to be done, which so never holds more than a few.
  public void pushTo(Deque<Partition> work) {
    for (int i = COUNT - 1; i >= 0; i--) {
      SpillFile file = files[i];
      if (file != null) {
        work.push(new Partition(file, level));
      }
    }
  }

  /// Removes the files.
  @Override
  public void close() {
    for (SpillFile file : files) {
      if (file != null) {
        file.close();
      }
    }
  }
}
