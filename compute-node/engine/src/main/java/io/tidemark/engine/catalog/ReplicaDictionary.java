package io.tidemark.engine.catalog;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The dictionary on a replica: read once from its pages, then changed by CATALOG_CHANGE records.
///
/// Single writer: the thread that applies redo. Readers anywhere.
public final class ReplicaDictionary implements DataDictionary {
  private final DictionaryStore store;
  private final TreeBirths births = new TreeBirths();
  private volatile DictionaryContents contents = DictionaryContents.EMPTY;

  public ReplicaDictionary(BufferPool pool) {
    this.store = new DictionaryStore(pool, null);
  }

  /// Reads everything as of the replica's applied LSN.
  public void load() {
    Map<DictionaryKey, byte[]> objects = store.readAll();
    DictionaryBatch all = new DictionaryBatch();
    objects.forEach(all::put);
    DictionaryContents loaded = DictionaryContents.EMPTY.with(all);
    for (Map.Entry<DictionaryKey, byte[]> object : objects.entrySet()) {
      // Sealed, but not yet applied to the objects by the writer.
      if (object.getKey().kind() == DictionaryKey.Kind.DDL_LOG && object.getValue().length > 0) {
        byte[] sealed = object.getValue();
        loaded = loaded.with(DictionaryBatch.decode(sealed, 0, sealed.length));
      }
    }
    contents = loaded;
  }

  public TreeBirths births() {
    return births;
  }

  /// Applies a batch that became true at `lsn`; returns the ids of the tables it names.
  public List<Long> apply(DictionaryBatch batch, long lsn) {
    DictionaryContents changed = contents.with(batch);
    births.add(changed.treesSince(contents), lsn);
    contents = changed;
    List<Long> tables = new ArrayList<>();
    for (DictionaryBatch.Change change : batch.changes()) {
      if (change.key.kind() == DictionaryKey.Kind.TABLE) {
        tables.add(change.key.number());
      }
    }
    return tables;
  }

  public DictionaryContents contents() {
    return contents;
  }

  @Override
  public long version() {
    return contents.version();
  }

  @Override
  public List<String> databases() {
    return contents.databaseNames();
  }

  @Override
  public Optional<byte[]> findDatabase(String name) {
    return contents.findDatabase(name);
  }

  @Override
  public Optional<TableDescriptor> findTable(String database, String name) {
    return contents.findTable(database, name);
  }

  @Override
  public List<TableDescriptor> tables(String database) {
    return contents.tables(database);
  }

  /// As the writer last stored it: at or above every value given out.
  @Override
  public long counter(TableDescriptor table) {
    return store
        .find(DictionaryKey.counter(table.tableId()))
        .map(WriterDictionary::decodeNext)
        .orElse(1L);
  }

  @Override
  public long advanceCounter(TableDescriptor table, long atLeast, long count) {
    throw new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--read-only");
  }

  /// As the writer last stored it.
  @Override
  public long estimatedRows(TableDescriptor table) {
    return store
        .find(DictionaryKey.counter(table.tableId()))
        .map(WriterDictionary::decodeRows)
        .orElse(0L);
  }
}
