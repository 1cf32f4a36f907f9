package io.tidemark.sql.spill;

import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the first of rows with equal keys. As long as memory lasts the answer comes at once; later
/// rows whose keys are not known yet wait until all were added. What waits comes behind what was
/// answered, so the first rows together are in the order of the input. Confined to the statement's
/// thread.
public final class DistinctRows implements AutoCloseable {
  private final WorkMemory memory;
  private final ValueComparator[] comparators;
  private final ConversionContext context;
  private final MemoryShare share;
  private Set<KeyTuple> seen = new HashSet<>();
  private @Nullable Partitions waiting;
  private @Nullable RowSort deferred;
  private long number;

  public DistinctRows(WorkMemory memory, ValueComparator[] comparators, ConversionContext context) {
    this.memory = memory;
    this.comparators = comparators;
    this.context = context;
    this.share = memory.tableShare();
  }

  /// Whether the row is known to be the first with its keys; if that will only be known when all
  /// rows are there, false, and the values of `row` are kept for [#nextDeferred].
  public boolean add(Value[] keys, Supplier<Value[]> row) {
    KeyTuple key = new KeyTuple(keys, comparators, context);
    Partitions parts = waiting;
    if (parts == null ? !seen.add(key) : seen.contains(key)) {
      return false;
    }
    if (parts == null) {
      if (share.tryTake(key.sizeBytes()) || seen.size() == 1) {
        return true;
      }
      seen.remove(key);
      parts = new Partitions(memory, 0);
      waiting = parts;
    }
    parts.add(StoredRow.of(number++, key, row.get()));
    return false;
  }

  /// The next of the first rows that had to wait, or null if there are no more. Nothing can be
  /// added after it.
  public Value @Nullable [] nextDeferred() {
    Partitions parts = waiting;
    if (parts == null) {
      return null;
    }
    RowSort rows = deferred;
    if (rows == null) {
      rows = settle(parts);
      deferred = rows;
    }
    StoredRow row = rows.next();
    return row == null ? null : row.values();
  }

  private RowSort settle(Partitions parts) {
    forget();
    RowSort rows = new RowSort(memory, memory.tableShare(), RowSort.BY_NUMBER);
    Deque<Partitions.Partition> work = new ArrayDeque<>();
    parts.pushTo(work);
    while (!work.isEmpty()) {
      try (Partitions.Partition part = work.pop()) {
        settle(part, work, rows);
      }
    }
    rows.finish();
    return rows;
  }

  private void forget() {
    seen = new HashSet<>();
    share.release();
  }

  /// What does not fit is split once more. Each pass takes at least one key, so it ends even if all
  /// keys have the same hash.
  private void settle(Partitions.Partition part, Deque<Partitions.Partition> work, RowSort rows) {
    Partitions rest = null;
    SpillFile.Reader reader = part.file().read();
    while (reader.next()) {
      StoredRow row = reader.row();
      KeyTuple key = KeyTuple.of(row, comparators, context);
      if (seen.contains(key)) {
        continue;
      }
      if (rest == null && (share.tryTake(key.sizeBytes()) || seen.isEmpty())) {
        seen.add(key);
        rows.add(new StoredRow(row.number(), 0, StoredRow.NO_VALUES, row.values()));
        continue;
      }
      if (rest == null) {
        rest = new Partitions(memory, part.level() + 1);
      }
      rest.add(row);
    }
    forget();
    if (rest != null) {
      rest.pushTo(work);
    }
  }

  @Override
  public void close() {
    forget();
    RowSort rows = deferred;
    if (rows != null) {
      rows.close();
    }
    Partitions parts = waiting;
    if (parts != null) {
      parts.close();
    }
  }
}
