package io.tidemark.engine.table;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.row.RowFormatFactory;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The open tables of an engine, one for each table at its newest version. Thread-safe.
public final class OpenTables {
  private final BufferPool pool;
  private final RowFormatFactory formats;
  private final @Nullable RowLocks locks;
  private final LongFunction<Optional<TableDescriptor>> finder;
  private final ConcurrentHashMap<Long, OpenTable> open = new ConcurrentHashMap<>();

  /// `finder` finds a table in the dictionary by its id; `locks` is null on a replica.
  public OpenTables(
      BufferPool pool,
      RowFormatFactory formats,
      @Nullable RowLocks locks,
      LongFunction<Optional<TableDescriptor>> finder) {
    this.pool = pool;
    this.formats = formats;
    this.locks = locks;
    this.finder = finder;
  }

  /// The table that the descriptor describes, which need not be in the dictionary yet.
  public OpenTable get(TableDescriptor descriptor) {
    OpenTable table = open.get(descriptor.tableId());
    if (table != null && table.descriptor() == descriptor) {
      return table;
    }
    if (table != null && table.descriptor().version() >= descriptor.version()) {
      return table;
    }
    OpenTable fresh = OpenTable.open(descriptor, formats.rowFormat(descriptor), pool, locks);
    open.merge(
        descriptor.tableId(),
        fresh,
        (there, mine) -> there.descriptor().version() > mine.descriptor().version() ? there : mine);
    return fresh;
  }

  /// The table with that id in the dictionary; null if it was dropped.
  public @Nullable OpenTable find(long tableId) {
    OpenTable table = open.get(tableId);
    if (table != null) {
      return table;
    }
    return finder.apply(tableId).map(this::get).orElse(null);
  }

  /// Forgets a table that changed or was dropped.
  public void forget(long tableId) {
    open.remove(tableId);
  }
}
