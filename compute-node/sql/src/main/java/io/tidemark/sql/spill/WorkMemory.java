package io.tidemark.sql.spill;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the rows that a statement keeps may take, in memory and in temporary files. Confined to the
/// statement's thread.
public final class WorkMemory implements AutoCloseable {
  private static final int NO_SPACE = 28;
  private static final int QUOTA_EXCEEDED = 122;
  private static final int INPUT_OUTPUT = 5;

  private final TemporaryFiles files;
  private final MemoryPool pool;
  private final Limits limits;
  private final Runnable interruptCheck;
  private final ValueCodec codec = new ValueCodec();
  private final List<SpillFile> open = new ArrayList<>();
  private long takenBytes;
  private long fileCount;
  private boolean closed;

  /// Bytes that one collection may keep, by its use.
  ///
  /// @param table grouping, duplicates, derived tables, rows to be changed: the lesser of
  ///   `tmp_table_size` and `max_heap_table_size`
  /// @param sort `sort_buffer_size`
  /// @param join `join_buffer_size`
  public record Limits(long table, long sort, long join) {
    /// MySQL's defaults of the buffers, 256 KiB, are from a time of smaller machines: up to this a
    /// sort or join may use what a temporary table may.
    private static final long BUFFER_BYTES = 4 << 20;

    public static Limits of(long table, long sortBuffer, long joinBuffer) {
      long least = Math.min(BUFFER_BYTES, table);
      return new Limits(table, Math.max(least, sortBuffer), Math.max(least, joinBuffer));
    }

    /// All collections of a statement together: two tables, since a grouping often feeds another,
    /// and a sort and a join.
    long statement() {
      long all = 0;
      for (long one : new long[] {table, table, sort, join}) {
        all = one > Long.MAX_VALUE - all ? Long.MAX_VALUE : all + one;
      }
      return all;
    }
  }

  /// `interruptCheck` throws if the statement was killed; it is called for each row that goes to a
  /// file or comes from one.
  public WorkMemory(TemporaryFiles files, MemoryPool pool, Limits limits, Runnable interruptCheck) {
    this.files = files;
    this.pool = pool;
    this.limits = limits;
    this.interruptCheck = interruptCheck;
  }

  public MemoryShare tableShare() {
    return new MemoryShare(this, limits.table());
  }

  public MemoryShare sortShare() {
    return new MemoryShare(this, limits.sort());
  }

  public MemoryShare joinShare() {
    return new MemoryShare(this, limits.join());
  }

  boolean tryTake(long bytes) {
    if (closed || takenBytes + bytes > limits.statement() || !pool.tryTake(bytes)) {
      return false;
    }
    takenBytes += bytes;
    return true;
  }

  void give(long bytes) {
    if (closed) {
      return;
    }
    takenBytes -= bytes;
    pool.give(bytes);
  }

  void checkInterrupt() {
    interruptCheck.run();
  }

  ValueCodec codec() {
    return codec;
  }

  /// Opens a temporary file.
  public SpillFile newFile() {
    TemporaryFile file;
    try {
      file = files.create();
    } catch (IOException failure) {
      throw failed(MySqlError.CANT_CREATE_FILE, "temporary file", failure);
    }
    SpillFile spill = new SpillFile(this, file);
    open.add(spill);
    fileCount++;
    return spill;
  }

  void closed(SpillFile file) {
    open.remove(file);
  }

  /// How many temporary files there were so far.
  public long fileCount() {
    return fileCount;
  }

  /// What the user hears of a temporary file that failed.
  static Rejected failed(MySqlError error, String name, IOException failure) {
    if (failure instanceof ClosedByInterruptException) {
      return new Rejected(MySqlError.QUERY_INTERRUPTED);
    }
    String reason = String.valueOf(failure.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    int number =
        lower.contains("no space")
            ? NO_SPACE
            : lower.contains("quota") ? QUOTA_EXCEEDED : INPUT_OUTPUT;
    return new Rejected(error, name, number, reason);
  }

  /// Closes the files that are still open, and gives all memory back.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List.copyOf(open).forEach(SpillFile::close);
    pool.give(takenBytes);
  }
}
