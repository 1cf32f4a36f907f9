package io.tidemark.engine.catalog;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.catalog.DictionaryContents.Numbers;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects dictionary changes and commits them as one [DictionaryBatch]. New tablespaces and trees
/// exist on pages before that, where nothing leads to them. Confined to one thread.
public final class EngineDdlTransaction implements DdlTransaction {
  private final WriterDictionary dictionary;
  private final MiniTransactions mtrs;
  private final IndexFiller filler;
  private final DictionaryBatch batch = new DictionaryBatch();
  private final Map<Long, TableDescriptor> touched = new HashMap<>();
  private final List<Integer> newSpaces = new ArrayList<>();
  private final List<DroppedTree> newTrees = new ArrayList<>();
  private final List<Integer> droppedSpaces = new ArrayList<>();
  private final List<DroppedTree> droppedTrees = new ArrayList<>();
  private final Set<Long> uncounted = new HashSet<>();
  private boolean ended;

  /// What the DDL transaction asks of the row store.
  public interface IndexFiller {
    /// Fills the last index of the table, which is new and empty, from the table's rows.
    ///
    /// @throws io.tidemark.engine.DuplicateKey if it is unique and would hold a key twice
    void fill(TableDescriptor table);

    /// Forgets what is kept open of the table.
    void forget(long tableId);
  }

  public EngineDdlTransaction(
      WriterDictionary dictionary, MiniTransactions mtrs, IndexFiller filler) {
    this.dictionary = dictionary;
    this.mtrs = mtrs;
    this.filler = filler;
  }

  @Override
  public void createDatabase(String name, byte[] definition) {
    batch.put(DictionaryKey.database(name), definition);
  }

  @Override
  public void alterDatabase(String name, byte[] definition) {
    batch.put(DictionaryKey.database(name), definition);
  }

  @Override
  public void dropDatabase(String name) {
    for (TableDescriptor table : dictionary.tables(name)) {
      dropTable(table);
    }
    batch.remove(DictionaryKey.database(name));
  }

  @Override
  public TableDescriptor createTable(
      String database, String name, byte[] definition, List<Boolean> uniqueIndexes) {
    Numbers numbers = dictionary.reserveTable(uniqueIndexes.size());
    int spaceId = numbers.nextSpaceId();
    newSpaces.add(spaceId);
    try (MiniTransaction mtr = mtrs.begin()) {
      Tablespaces.create(mtr, spaceId);
      mtr.commit();
    }
    List<IndexDescriptor> indexes = new ArrayList<>();
    for (boolean unique : uniqueIndexes) {
      long treeId = numbers.nextTreeId() + indexes.size();
      int root = BTree.create(mtrs, spaceId, treeId).rootPageNo();
      indexes.add(new IndexDescriptor(indexes.size() + 1, treeId, root, unique));
    }
    TableDescriptor table =
        new TableDescriptor(
            numbers.nextTableId(),
            dictionary.reserveVersion(),
            database,
            name,
            spaceId,
            indexes,
            definition);
    put(table);
    dictionary.beginCounting(table.tableId());
    uncounted.add(table.tableId());
    batch.remove(DictionaryKey.pendingSpace(spaceId));
    return table;
  }

  @Override
  public void dropTable(TableDescriptor table) {
    touched.put(table.tableId(), table);
    batch.remove(DictionaryKey.table(table.tableId()));
    batch.remove(DictionaryKey.counter(table.tableId()));
    uncounted.remove(table.tableId());
    batch.put(DictionaryKey.pendingSpace(table.spaceId()), new byte[0]);
    droppedSpaces.add(table.spaceId());
  }

  @Override
  public TableDescriptor renameTable(TableDescriptor table, String database, String name) {
    return put(changed(table, database, name, table.indexes(), table.definition()));
  }

  @Override
  public TableDescriptor alterDefinition(TableDescriptor table, byte[] definition) {
    return put(changed(table, table.indexes(), definition));
  }

  @Override
  public TableDescriptor addIndex(TableDescriptor table, byte[] newDefinition, boolean unique) {
    BTree tree = dictionary.createTree(table.spaceId());
    newTrees.add(new DroppedTree(tree.id(), tree.spaceId(), tree.rootPageNo()));
    batch.remove(DictionaryKey.pendingTree(tree.id()));
    int indexId = 0;
    for (IndexDescriptor index : table.indexes()) {
      indexId = Math.max(indexId, index.indexId());
    }
    List<IndexDescriptor> indexes = new ArrayList<>(table.indexes());
    indexes.add(new IndexDescriptor(indexId + 1, tree.id(), tree.rootPageNo(), unique));
    TableDescriptor changed = changed(table, indexes, newDefinition);
    touched.put(table.tableId(), changed);
    filler.fill(changed);
    return put(changed);
  }

  @Override
  public TableDescriptor dropIndex(TableDescriptor table, byte[] newDefinition, int indexNo) {
    if (indexNo < 1) {
      throw new IllegalArgumentException("index " + indexNo + " cannot be dropped");
    }
    List<IndexDescriptor> indexes = new ArrayList<>(table.indexes());
    IndexDescriptor index = indexes.remove(indexNo);
    DroppedTree tree = new DroppedTree(index.treeId(), table.spaceId(), index.rootPageNo());
    droppedTrees.add(tree);
    batch.put(DictionaryKey.pendingTree(tree.treeId()), tree.encode());
    return put(changed(table, indexes, newDefinition));
  }

  @Override
  public void setCounter(TableDescriptor table, long next) {
    uncounted.remove(table.tableId());
    batch.put(
        DictionaryKey.counter(table.tableId()), dictionary.changedCounter(table.tableId(), next));
  }

  private TableDescriptor changed(
      TableDescriptor table, List<IndexDescriptor> indexes, byte[] definition) {
    return changed(table, table.database(), table.name(), indexes, definition);
  }

  private TableDescriptor changed(
      TableDescriptor table,
      String database,
      String name,
      List<IndexDescriptor> indexes,
      byte[] definition) {
    return new TableDescriptor(
        table.tableId(),
        dictionary.reserveVersion(),
        database,
        name,
        table.spaceId(),
        indexes,
        definition);
  }

  private TableDescriptor put(TableDescriptor table) {
    touched.put(table.tableId(), table);
    batch.put(DictionaryKey.table(table.tableId()), DictionaryContents.encodeTable(table));
    return table;
  }

  @Override
  public void commit() {
    if (ended) {
      throw new IllegalStateException("DDL transaction has ended");
    }
    // New tables may have been filled meanwhile.
    uncounted.forEach(
        tableId -> batch.put(DictionaryKey.counter(tableId), dictionary.reachedCounter(tableId)));
    if (!batch.isEmpty()) {
      dictionary.commit(batch, droppedSpaces, droppedTrees);
    }
    ended = true;
    touched.keySet().forEach(filler::forget);
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      touched.keySet().forEach(filler::forget);
      newTrees.forEach(tree -> dictionary.drops().addTree(tree, 0));
      newSpaces.forEach(spaceId -> dictionary.drops().addSpace(spaceId, 0));
    }
  }
}
