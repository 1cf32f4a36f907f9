package io.tidemark.sql.spill;

import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of rows that is filled, then read from the front, as often as wanted. When its share of
/// memory is used up all of it moves to a temporary file. Confined to the statement's thread.
public final class RowList implements AutoCloseable {
  private final WorkMemory memory;
  private final MemoryShare share;
  private List<Value[]> kept = new ArrayList<>();
  private @Nullable SpillFile file;
  private long size;

  public RowList(WorkMemory memory) {
    this.memory = memory;
    this.share = memory.tableShare();
  }

  public void add(Value[] row) {
    size++;
    SpillFile open = file;
    if (open == null) {
      if (share.tryTake(ValueCodec.sizeOf(row))) {
        kept.add(row);
        return;
      }
      open = spill();
    }
    write(open, row);
  }

  private SpillFile spill() {
    SpillFile made = memory.newFile();
    file = made;
    for (Value[] row : kept) {
      write(made, row);
    }
    kept = new ArrayList<>();
    share.release();
    return made;
  }

  private static void write(SpillFile target, Value[] row) {
    target.add(new StoredRow(0, 0, StoredRow.NO_VALUES, row));
  }

  public long size() {
    return size;
  }

  /// A new walk through the rows from the first to the last.
  public Reader read() {
    SpillFile open = file;
    return new Reader(kept, open == null ? null : open.read());
  }

  /// Steps through the rows. Confined to the statement's thread.
  public static final class Reader {
    private final List<Value[]> rows;
    private final SpillFile.@Nullable Reader stored;
    private int at;

    private Reader(List<Value[]> rows, SpillFile.@Nullable Reader stored) {
      this.rows = rows;
      this.stored = stored;
    }

    /// The next row; null at the end.
    public Value @Nullable [] next() {
      if (stored != null) {
        return stored.next() ? stored.row().values() : null;
      }
      return at < rows.size() ? rows.get(at++) : null;
    }
  }

  @Override
  public void close() {
    kept = new ArrayList<>();
    size = 0;
    share.release();
    SpillFile open = file;
    if (open != null) {
      open.close();
    }
  }
}
