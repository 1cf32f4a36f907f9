package io.tidemark.engine.catalog;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.catalog.DictionaryContents.Numbers;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The writer's dictionary: contents in memory, changes through the DDL log.
///
/// A batch of changes commits by one mtr: the last piece of its DDL log object together with the
/// CATALOG_CHANGE record. Then it is waited for, becomes the contents, and is applied to the
/// objects one by one; at last the log object goes. A restart applies what it finds sealed, which
/// may be done twice, and forgets what is not sealed. Tablespaces, and trees that are added to one,
/// are noted as pending before they begin and when they are dropped; what is pending at a start is
/// dropped.
///
/// Reading is from memory without locks; changes are serialised by a lock.
public final class WriterDictionary implements DataDictionary {
  private static final int COUNTER_BYTES = 2 * Long.BYTES;

  private final MiniTransactions mtrs;
  private final DictionaryStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final ConcurrentHashMap<Long, TableCounters> counters = new ConcurrentHashMap<>();
  private final PendingDrops drops;
  private final TreeBirths births = new TreeBirths();
  private volatile DictionaryContents contents = DictionaryContents.EMPTY;

  // Guarded by lock.
  private final ArrayDeque<Sealed> unapplied = new ArrayDeque<>();
  private long nextVersion;

  /// A committed batch that is still to be applied to the objects.
  private record Sealed(long version, DictionaryBatch batch) {}

  private WriterDictionary(MiniTransactions mtrs) {
    this.mtrs = mtrs;
    this.store = new DictionaryStore(mtrs.pool(), mtrs);
    this.drops = new PendingDrops(mtrs, this::isLive, this::remove);
  }

  /// Reads the dictionary, and finishes or forgets what a crash left undone.
  public static WriterDictionary open(MiniTransactions mtrs) {
    WriterDictionary dictionary = new WriterDictionary(mtrs);
    dictionary.recover();
    return dictionary;
  }

  private void recover() {
    Map<DictionaryKey, byte[]> objects = store.readAll();
    for (Map.Entry<DictionaryKey, byte[]> entry : new ArrayList<>(objects.entrySet())) {
      if (entry.getKey().kind() == DictionaryKey.Kind.DDL_LOG) {
        byte[] sealed = entry.getValue();
        if (sealed.length > 0) {
          applyToStore(DictionaryBatch.decode(sealed, 0, sealed.length));
        }
        store.remove(entry.getKey());
        objects = store.readAll();
      }
    }
    DictionaryBatch all = new DictionaryBatch();
    objects.forEach(all::put);
    contents = DictionaryContents.EMPTY.with(all);
    nextVersion = contents.version() + 1;
    for (Map.Entry<DictionaryKey, byte[]> entry : objects.entrySet()) {
      switch (entry.getKey().kind()) {
        case COUNTER -> {
          ByteBuffer value = ByteBuffer.wrap(entry.getValue());
          counters.put(
              entry.getKey().number(), new TableCounters(value.getLong(), value.getLong()));
        }
        case PENDING_SPACE -> drops.addSpace((int) entry.getKey().number(), mtrs.log().appendLsn());
        case PENDING_TREE ->
            drops.addTree(
                DroppedTree.decode(entry.getKey().number(), entry.getValue()),
                mtrs.log().appendLsn());
        case DATABASE, TABLE, NUMBERS, DDL_LOG -> {}
      }
    }
  }

  public DictionaryContents contents() {
    return contents;
  }

  public TreeBirths births() {
    return births;
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

  // Counters

  @Override
  public long counter(TableDescriptor table) {
    return countersOf(table.tableId()).next();
  }

  @Override
  public long advanceCounter(TableDescriptor table, long atLeast, long count) {
    TableCounters found = countersOf(table.tableId());
    while (true) {
      long first = found.tryTake(atLeast, count);
      if (first >= 0) {
        return first;
      }
      synchronized (found) {
        long needed = Math.max(found.next(), atLeast) + count;
        if (needed < 0 || needed > Long.MAX_VALUE - TableCounters.AHEAD) {
          needed = Long.MAX_VALUE - TableCounters.AHEAD;
        }
        if (needed > found.stored() || found.stored() < Long.MAX_VALUE - TableCounters.AHEAD) {
          storeCounter(table.tableId(), found, needed + TableCounters.AHEAD);
        } else {
          throw new Exhausted("AUTO_INCREMENT of " + table + ": no values are left");
        }
      }
    }
  }

  @Override
  public long estimatedRows(TableDescriptor table) {
    return countersOf(table.tableId()).rows();
  }

  /// Counts rows that a committed transaction added or removed.
  public void addRows(long tableId, long delta) {
    TableCounters found = counters.get(tableId);
    if (found != null) {
      found.addRows(delta);
    }
  }

  /// Stores row counts that have moved far; with `all` everything, exactly.
  public void storeCounters(boolean all) {
    counters.forEach((tableId, found) -> {
      boolean wanted = all ? found.differsFromStored() : found.rowsChangedMuch();
      if (wanted && contents.findTable(tableId).isPresent()) {
        synchronized (found) {
          storeCounter(tableId, found, all ? found.next() : found.stored());
        }
      }
    });
  }

  private void storeCounter(long tableId, TableCounters found, long next) {
    long rows = found.rows();
    store.put(DictionaryKey.counter(tableId), encodeCounter(next, rows));
    found.setStored(next, rows);
  }

  private static byte[] encodeCounter(long next, long rows) {
    return ByteBuffer.allocate(COUNTER_BYTES).putLong(next).putLong(rows).array();
  }

  static long decodeNext(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static long decodeRows(byte[] value) {
    return ByteBuffer.wrap(value).getLong(Long.BYTES);
  }

  private TableCounters countersOf(long tableId) {
    return counters.computeIfAbsent(tableId, id -> new TableCounters(1, 0));
  }

  // What DDL transactions need

  /// Numbers a new table and its tablespace, which is noted as pending.
  Numbers reserveTable(int indexes) {
    lock.lock();
    try {
      finishChanges();
      Numbers now = contents.numbers();
      Numbers next =
          new Numbers(
              now.nextTableId() + 1,
              now.nextSpaceId() + 1,
              now.nextTreeId() + indexes,
              now.version());
      store.put(DictionaryKey.pendingSpace(now.nextSpaceId()), new byte[0]);
      storeNumbers(next);
      return now;
    } finally {
      lock.unlock();
    }
  }

  /// Makes an empty tree in a tablespace that exists, noted as pending.
  BTree createTree(int spaceId) {
    lock.lock();
    try {
      finishChanges();
      Numbers now = contents.numbers();
      storeNumbers(
          new Numbers(now.nextTableId(), now.nextSpaceId(), now.nextTreeId() + 1, now.version()));
      return store.createPendingTree(spaceId, now.nextTreeId());
    } finally {
      lock.unlock();
    }
  }

  /// A version above all before, for a descriptor.
  long reserveVersion() {
    lock.lock();
    try {
      return nextVersion++;
    } finally {
      lock.unlock();
    }
  }

  private void storeNumbers(Numbers numbers) {
    store.put(DictionaryKey.numbers(), numbers.encode());
    DictionaryBatch batch = new DictionaryBatch();
    batch.put(DictionaryKey.numbers(), numbers.encode());
    contents = contents.with(batch);
  }

  /// Begins to count for a table that is not committed yet.
  void beginCounting(long tableId) {
    countersOf(tableId);
  }

  /// The counter and row count that a new table has reached by its commit.
  byte[] reachedCounter(long tableId) {
    TableCounters found = countersOf(tableId);
    return encodeCounter(found.next(), found.rows());
  }

  /// A counter value that keeps the table's row count.
  byte[] changedCounter(long tableId, long next) {
    return encodeCounter(next, countersOf(tableId).rows());
  }

  /// Applies committed changes to the objects that a full log has kept from them, in order.
  public void finishChanges() {
    lock.lock();
    try {
      Sealed next = unapplied.peek();
      while (next != null) {
        applyToStore(next.batch());
        store.remove(DictionaryKey.ddlLog(next.version()));
        unapplied.remove();
        next = unapplied.peek();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Makes the changes true, durable and visible.
  void commit(DictionaryBatch batch, List<Integer> droppedSpaces, List<DroppedTree> droppedTrees) {
    lock.lock();
    try {
      finishChanges();
      long version = nextVersion++;
      batch.put(DictionaryKey.numbers(), contents.numbers().withVersion(version).encode());
      DictionaryContents changed = contents.with(batch);
      byte[] encoded = batch.encode();
      long lsn = store.putSealed(DictionaryKey.ddlLog(version), encoded, encoded, version);
      mtrs.log().awaitDurable(lsn, Durability.DISK);
      births.add(changed.treesSince(contents), lsn);
      contents = changed;
      adoptCounters(batch);
      droppedSpaces.forEach(spaceId -> drops.addSpace(spaceId, lsn));
      droppedTrees.forEach(tree -> drops.addTree(tree, lsn));
      unapplied.add(new Sealed(version, batch));
      try {
        finishChanges();
      } catch (Exhausted | RetryLater e) {
        // It is committed. The objects follow before the next change, or at the next start.
        return;
      }
    } finally {
      lock.unlock();
    }
  }

  private void adoptCounters(DictionaryBatch batch) {
    for (DictionaryBatch.Change change : batch.changes()) {
      byte[] value = change.value;
      if (change.key.kind() == DictionaryKey.Kind.COUNTER) {
        if (value == null) {
          counters.remove(change.key.number());
        } else {
          adoptCounter(change.key.number(), decodeNext(value), decodeRows(value));
        }
      }
    }
  }

  private void adoptCounter(long tableId, long next, long rows) {
    TableCounters found = counters.computeIfAbsent(tableId, id -> new TableCounters(next, rows));
    synchronized (found) {
      found.setStored(next, rows);
      found.set(next);
    }
  }

  private void applyToStore(DictionaryBatch batch) {
    for (DictionaryBatch.Change change : batch.changes()) {
      byte @Nullable [] value = change.value;
      if (value == null) {
        store.remove(change.key);
      } else {
        store.put(change.key, value);
      }
    }
  }

  // What ended

  /// Tablespaces and trees that are to be dropped.
  public PendingDrops drops() {
    return drops;
  }

  /// Whether a table has this tablespace.
  private boolean isLive(int spaceId) {
    return contents.allTables().stream().anyMatch(table -> table.spaceId() == spaceId);
  }

  private void remove(DictionaryKey key) {
    lock.lock();
    try {
      store.remove(key);
    } finally {
      lock.unlock();
    }
  }
}
