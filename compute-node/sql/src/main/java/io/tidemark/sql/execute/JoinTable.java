package io.tidemark.sql.execute;

import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Rows by key, as many as memory holds. Confined to the statement's thread.
final class JoinTable {
  private final MemoryShare share;
  private Map<KeyTuple, List<Value[]>> rows = new HashMap<>();

  JoinTable(MemoryShare share) {
    this.share = share;
  }

  /// Adds a row unless there is no room for it; the first always has room.
  boolean tryAdd(KeyTuple key, Value[] row) {
    if (!share.tryTake(key.sizeBytes() + StoredRow.sizeBytes(row)) && !rows.isEmpty()) {
      return false;
    }
    rows.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(row);
    return true;
  }

  /// The rows whose keys equal `key`: none if a part of it is NULL.
  List<Value[]> find(KeyTuple key) {
    return key.hasNull() ? List.of() : rows.getOrDefault(key, List.of());
  }

  void forEach(BiConsumer<KeyTuple, Value[]> visitor) {
    rows.forEach((key, same) -> same.forEach(row -> visitor.accept(key, row)));
  }

  void clear() {
    rows = new HashMap<>();
    share.release();
  }
}
