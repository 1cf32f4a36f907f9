package io.tidemark.engine.replica;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.ReplicaDictionary;
import io.tidemark.engine.row.RowFormatFactory;
import io.tidemark.engine.table.OpenTables;
import io.tidemark.engine.table.TableStore;
import io.tidemark.engine.txn.CommitTable;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.SnapshotClaims;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.SegmentState;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The engine of a read replica.
///
/// It follows the durable redo, applies it to the pages it has in memory, and serves snapshots at
/// the LSN it has applied, which is always the end of an mtr. What its oldest snapshot may still
/// read it claims, so that the writer keeps it. If the writer did not know of the claim the redo
/// says so before it removes anything, and the older snapshots end with error 1412. Thread-safe.
public final class ReplicaEngine implements StorageEngine {
  private final RedoSource log;
  private final BufferPool pool;
  private final AppliedLsn position;
  private final CommitTable commits;
  private final HorizonRegistry snapshots;
  private final ReplicaDictionary dictionary;
  private final OpenTables tables;
  private final TableStore store;
  private final RedoFollower follower;
  private final AtomicInteger active = new AtomicInteger();
  private volatile long behindSinceNanos;

  private ReplicaEngine(
      RedoSource log,
      BufferPool pool,
      AppliedLsn position,
      CommitTable commits,
      HorizonRegistry snapshots,
      ReplicaDictionary dictionary,
      OpenTables tables,
      RedoFollower follower) {
    this.log = log;
    this.pool = pool;
    this.position = position;
    this.commits = commits;
    this.snapshots = snapshots;
    this.dictionary = dictionary;
    this.tables = tables;
    this.store = TableStore.forReplica(pool);
    this.follower = follower;
  }

  /// Opens a replica of a log that a writer has opened before. In `claims` it says what it reads.
  ///
  /// @throws RetryLater if the page service does not get to the end of the log in time
  public static ReplicaEngine open(
      EngineConfig config,
      RedoSource log,
      PageService pages,
      RowFormatFactory formats,
      SnapshotClaims claims) {
    SnapshotClaims.Claim claim = claims.claim(() -> log.durableLsn().value());
    try {
      // Whatever purge has done up to here, snapshots from here on do not need it.
      long start = claim.lsn();
      RedoReader reader = log.openReader(Lsn.of(start));
      try {
        pages.awaitIngested(Lsn.of(start));
        AppliedLsn position = new AppliedLsn(start);
        BufferPool pool = BufferPool.open(config.bufferPoolBytes(), pages, position);
        return open(log, pool, position, reader, formats, claim);
      } catch (RuntimeException e) {
        reader.close();
        throw e;
      }
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  private static ReplicaEngine open(
      RedoSource log,
      BufferPool pool,
      AppliedLsn position,
      RedoReader reader,
      RowFormatFactory formats,
      SnapshotClaims.Claim claim) {
    CommitTable commits = new CommitTable(lowestOpen(pool));
    long lastId = RedoFollower.learn(pool, commits, position.applied());
    ReplicaDictionary dictionary = new ReplicaDictionary(pool);
    dictionary.load();
    OpenTables tables =
        new OpenTables(pool, formats, null, tableId -> dictionary.contents().findTable(tableId));
    HorizonRegistry snapshots = new HorizonRegistry();
    RedoFollower follower =
        new RedoFollower(reader, pool, position, commits, dictionary, tables, snapshots, claim);
    follower.setLastId(lastId);
    ReplicaEngine replica =
        new ReplicaEngine(log, pool, position, commits, snapshots, dictionary, tables, follower);
    follower.start();
    return replica;
  }

  private static long lowestOpen(BufferPool pool) {
    List<SegmentState> states = UndoSegments.readAll(pool);
    long lowest = 1;
    for (SegmentState state : states) {
      lowest = Math.max(lowest, Math.max(state.lastTransaction(), state.lastEnded()) + 1);
    }
    for (SegmentState state : states) {
      lowest = state.isOpen() ? Math.min(lowest, state.lastTransaction()) : lowest;
    }
    return lowest;
  }

  @Override
  public boolean isReplica() {
    return true;
  }

  @Override
  public DataDictionary dictionary() {
    return dictionary;
  }

  @Override
  public Transaction begin(TransactionOptions options) {
    follower
        .failure()
        .ifPresent(failure -> {
          throw new RetryLater("replica has stopped applying redo", failure);
        });
    active.incrementAndGet();
    return new ReplicaTransaction(
        store,
        tables,
        commits,
        dictionary.births(),
        position,
        snapshots,
        options,
        active::decrementAndGet);
  }

  @Override
  public DdlTransaction beginDdl(Transaction transaction) {
    throw new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--read-only");
  }

  @Override
  public Lsn visibleLsn() {
    return Lsn.of(position.applied());
  }

  /// Waits until `lsn` is applied, as a session does that must see its own writes; false after
  /// `timeout`.
  public boolean awaitApplied(Lsn lsn, Duration timeout) {
    return position.await(lsn.value(), timeout.toNanos());
  }

  /// The pages in memory, for verifiers.
  public BufferPool pool() {
    return pool;
  }

  @Override
  public EngineStatus status() {
    Lsn durable = log.knownDurableLsn();
    long applied = position.applied();
    BufferPool.Statistics pages = pool.statistics();
    return new EngineStatus(
        durable,
        durable,
        Lsn.of(applied),
        lag(applied >= durable.value()),
        pages.capacity(),
        pages.used(),
        pages.requests(),
        pages.reads(),
        active.get(),
        0,
        0,
        0);
  }

  /// Time since the replica was last seen to have everything.
  private Duration lag(boolean caughtUp) {
    long now = System.nanoTime();
    if (caughtUp) {
      behindSinceNanos = 0;
      return Duration.ZERO;
    }
    long since = behindSinceNanos;
    if (since == 0) {
      behindSinceNanos = now;
      return Duration.ofNanos(1);
    }
    return Duration.ofNanos(Math.max(1, now - since));
  }

  @Override
  public void close() {
    follower.close();
  }
}
