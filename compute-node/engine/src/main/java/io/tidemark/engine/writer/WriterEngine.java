package io.tidemark.engine.writer;

import io.tidemark.engine.BackPressure;
import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.DictionaryStore;
import io.tidemark.engine.catalog.EngineDdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.catalog.WriterDictionary;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.mtr.LogBuffer;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.purge.BackgroundWork;
import io.tidemark.engine.purge.PurgeWorker;
import io.tidemark.engine.row.RowFormatFactory;
import io.tidemark.engine.table.IndexBuilder;
import io.tidemark.engine.table.OpenTable;
import io.tidemark.engine.table.OpenTables;
import io.tidemark.engine.table.TableStore;
import io.tidemark.engine.table.TableVerifier;
import io.tidemark.engine.txn.CommitTable;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.RemoteReaders;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.SegmentState;
import io.tidemark.log.RedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine of the timeline's writer.
///
/// Opening claims the epoch, learns the end of the log, waits until the page service has got there,
/// and reads the transaction slots and the dictionary; no redo is applied and no page scanned. What
/// an earlier writer left open is taken back in the background, its rows locked meanwhile by the
/// transaction ids in them. Thread-safe.
public final class WriterEngine implements StorageEngine {
  private static final Logger LOG = LoggerFactory.getLogger(WriterEngine.class);

  private static final long PURGE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final LogBuffer log;
  private final MiniTransactions mtrs;
  private final WriterParts parts;
  private final AtomicBoolean closed = new AtomicBoolean();

  private WriterEngine(LogBuffer log, MiniTransactions mtrs, WriterParts parts) {
    this.log = log;
    this.mtrs = mtrs;
    this.parts = parts;
  }

  /// What is around a writer.
  ///
  /// @param remote replicas in other processes, whose snapshots purge has to keep
  /// @param onFailure hears, once, that the log has failed for good; it is short and does not close
  ///   the engine
  public record Surroundings(RemoteReaders remote, Consumer<Throwable> onFailure) {
    /// One process; whoever writes next learns that the log has failed.
    static final Surroundings NONE =
        new Surroundings(
            RemoteReaders.NONE,
            reason ->
                LOG.error("the redo log has failed: nothing can be written any more", reason));
  }

  /// As below, in one process with all its replicas.
  public static WriterEngine open(
      EngineConfig config,
      RedoLog redoLog,
      Epoch epoch,
      PageService pages,
      RowFormatFactory formats) {
    return open(config, redoLog, epoch, pages, formats, Surroundings.NONE);
  }

  /// Opens the engine for `epoch`, which must be above every epoch that wrote before.
  ///
  /// @throws io.tidemark.storage.error.Fenced if a higher epoch was there
  /// @throws io.tidemark.storage.error.RetryLater if the page service does not get to the end of
  ///   the log in time
  public static WriterEngine open(
      EngineConfig config,
      RedoLog redoLog,
      Epoch epoch,
      PageService pages,
      RowFormatFactory formats,
      Surroundings around) {
    Lsn end = redoLog.fence(epoch);
    LogBuffer log =
        LogBuffer.open(redoLog, epoch, end, config.logBufferBytes(), around.onFailure());
    try {
      BufferPool pool = BufferPool.open(config.bufferPoolBytes(), pages, log);
      MiniTransactions mtrs = new MiniTransactions(pool, log);
      if (end.equals(Lsn.ZERO)) {
        create(mtrs);
      } else {
        pages.awaitIngested(end);
      }
      CommitThrottle throttle = CommitThrottle.start(pages, log::durableLsn);
      try {
        return open(mtrs, formats, new HorizonRegistry(around.remote()), throttle);
      } catch (RuntimeException e) {
        throttle.close();
        throw e;
      }
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /// Makes an empty database, all of it or nothing.
  private static void create(MiniTransactions mtrs) {
    long lsn;
    try (MiniTransaction mtr = mtrs.begin()) {
      DictionaryStore.create(mtr);
      UndoSegments.create(mtr);
      lsn = mtr.commit();
    }
    mtrs.log().awaitDurable(lsn, Durability.DISK);
  }

  private static WriterEngine open(
      MiniTransactions mtrs,
      RowFormatFactory formats,
      HorizonRegistry horizons,
      CommitThrottle throttle) {
    List<SegmentState> states = UndoSegments.readAll(mtrs.pool());
    long nextId = 1;
    long floor = Long.MAX_VALUE;
    for (SegmentState state : states) {
      nextId = Math.max(nextId, Math.max(state.lastTransaction(), state.lastEnded()) + 1);
      floor = state.isOpen() ? Math.min(floor, state.lastTransaction()) : floor;
    }
    UndoSegments undo = new UndoSegments(mtrs);
    undo.recover(states);
    CommitTable commits = commits(states, Math.min(floor, nextId), nextId, mtrs.log());
    TransactionSystem system =
        new TransactionSystem(mtrs, InstantSource.system(), commits, horizons, undo, nextId);
    WriterDictionary dictionary = WriterDictionary.open(mtrs);
    OpenTables tables =
        new OpenTables(
            mtrs.pool(),
            formats,
            system.locks(),
            tableId -> dictionary.contents().findTable(tableId));
    TableStore store = TableStore.forWriter(system, tables);
    BackgroundWork background =
        new BackgroundWork(
            system, new PurgeWorker(system, store.purged()), store.undo(), dictionary);
    WriterParts parts =
        new WriterParts(
            system, dictionary, tables, store, background, throttle, ConcurrentHashMap.newKeySet());
    background.start(adoptOpen(system, states));
    return new WriterEngine(mtrs.log(), mtrs, parts);
  }

  /// Everything that is not open ended before now.
  private static CommitTable commits(
      List<SegmentState> states, long floor, long nextId, LogBuffer log) {
    CommitTable commits = new CommitTable(floor);
    Set<Long> open = new HashSet<>();
    for (SegmentState state : states) {
      if (state.isOpen()) {
        open.add(state.lastTransaction());
      }
    }
    for (long id = floor; id < nextId; id++) {
      if (!open.contains(id)) {
        commits.end(id, log.appendLsn());
      }
    }
    return commits;
  }

  private static List<WriteState> adoptOpen(TransactionSystem system, List<SegmentState> states) {
    List<WriteState> open = new ArrayList<>();
    for (SegmentState state : states) {
      if (state.isOpen()) {
        open.add(system.adopt(state.lastTransaction(), new LockOwner(), state.segment()));
      }
    }
    if (!open.isEmpty()) {
      LOG.info("{} transactions were left open and are taken back in the background", open.size());
    }
    return open;
  }

  @Override
  public boolean isReplica() {
    return false;
  }

  @Override
  public DataDictionary dictionary() {
    return parts.dictionary();
  }

  @Override
  public Transaction begin(TransactionOptions options) {
    if (closed.get()) {
      throw new IllegalStateException("engine is closed");
    }
    WriterTransaction transaction = new WriterTransaction(parts, options);
    parts.live().add(transaction);
    return transaction;
  }

  @Override
  public DdlTransaction beginDdl(Transaction transaction) {
    return new EngineDdlTransaction(
        parts.dictionary(),
        mtrs,
        new EngineDdlTransaction.IndexFiller() {
          @Override
          public void fill(TableDescriptor table) {
            OpenTable open = parts.tables().get(table);
            new IndexBuilder(mtrs, open, table.indexes().size() - 1).build();
          }

          @Override
          public void forget(long tableId) {
            parts.tables().forget(tableId);
          }
        });
  }

  /// Where replicas in this process claim what they still read.
  public HorizonRegistry horizons() {
    return parts.system().horizons();
  }

  /// Waits until everything an earlier writer left open is taken back; false after `timeout`.
  public boolean awaitRecovered(Duration timeout) {
    return parts.background().awaitRecovered(timeout);
  }

  /// Checks the trees of a table, and that its rows and index entries belong to each other; no
  /// transaction changes the table meanwhile, and purge rests.
  ///
  /// @throws io.tidemark.storage.error.Corrupt that names what is wrong
  public TableVerifier.Census verify(TableDescriptor table) {
    return parts
        .background()
        .whilePurgeRests(() -> TableVerifier.verify(parts.tables().get(table), mtrs.pool()));
  }

  /// Whether undo of ended transactions is still to be worked through, or what was dropped to be
  /// removed.
  private boolean hasWorkForPurge() {
    return !parts.dictionary().drops().isEmpty()
        || parts.system().undo().all().stream()
            .anyMatch(segment -> segment.lastPurged() != segment.lastEnded());
  }

  /// Waits until purge has nothing left to do; false after `timeout`.
  public boolean awaitPurged(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (hasWorkForPurge()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(PURGE_POLL_NANOS);
    }
    return true;
  }

  BufferPool pool() {
    return mtrs.pool();
  }

  @Override
  public Lsn visibleLsn() {
    return Lsn.of(parts.system().visibleLsn());
  }

  @Override
  public EngineStatus status() {
    BufferPool.Statistics pool = mtrs.pool().statistics();
    TransactionSystem system = parts.system();
    return new EngineStatus(
        Lsn.of(log.appendLsn()),
        Lsn.of(log.durableLsn()),
        Lsn.of(log.appendLsn()),
        Duration.ZERO,
        pool.capacity(),
        pool.used(),
        pool.requests(),
        pool.reads(),
        system.activeTransactions(),
        system.locks().waits(),
        system.locks().deadlocks(),
        system.historyLength());
  }

  @Override
  public BackPressure backPressure() {
    return parts.throttle().status();
  }

  @Override
  public void setMaxPageServerLag(long bytes) {
    parts.throttle().setLimit(bytes);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    parts.throttle().close();
    parts.live().forEach(Transaction::interrupt);
    parts.background().close();
    try {
      parts.dictionary().storeCounters(true);
    } catch (TidemarkException e) {
      LOG.warn("counters could not be stored; they will be approximate after the next start", e);
    }
    log.close();
  }
}
