package io.tidemark.engine.replica;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.catalog.DictionaryBatch;
import io.tidemark.engine.catalog.ReplicaDictionary;
import io.tidemark.engine.table.OpenTables;
import io.tidemark.engine.txn.CommitTable;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.SnapshotClaims;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.SegmentState;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.Varint;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread of a replica that applies redo, mtr by mtr: pages first, then commits and dictionary
/// changes, then the applied LSN that snapshots are taken at.
///
/// When a writer with a higher epoch goes on behind the old one, transactions whose end the old one
/// never told are learnt from the transaction slots anew.
final class RedoFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedoFollower.class);
  private static final Duration POLL = Duration.ofMillis(50);

  private final RedoReader reader;
  private final BufferPool pool;
  private final AppliedLsn position;
  private final CommitTable commits;
  private final ReplicaDictionary dictionary;
  private final OpenTables tables;
  private final HorizonRegistry snapshots;
  private final SnapshotClaims.Claim claim;
  private final PageApplier pages;
  private final RecordCursor records = new RecordCursor();
  private final Thread thread;
  private long lastId;
  private long toldLost = -1;
  private @Nullable Epoch epoch;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  RedoFollower(
      RedoReader reader,
      BufferPool pool,
      AppliedLsn position,
      CommitTable commits,
      ReplicaDictionary dictionary,
      OpenTables tables,
      HorizonRegistry snapshots,
      SnapshotClaims.Claim claim) {
    this.reader = reader;
    this.pool = pool;
    this.position = position;
    this.commits = commits;
    this.dictionary = dictionary;
    this.tables = tables;
    this.snapshots = snapshots;
    this.claim = claim;
    this.pages = new PageApplier(pool);
    this.thread = Thread.ofPlatform().daemon().name("redo-apply").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Learns from the transaction slots who is open; everybody else up to the newest ended at or
  /// before the applied LSN.
  static long learn(BufferPool pool, CommitTable commits, long appliedLsn) {
    List<SegmentState> states = UndoSegments.readAll(pool);
    Set<Long> open = new HashSet<>();
    long last = 0;
    for (SegmentState state : states) {
      last = Math.max(last, Math.max(state.lastTransaction(), state.lastEnded()));
      if (state.isOpen()) {
        open.add(state.lastTransaction());
      }
    }
    for (long id = commits.floor(); id <= last; id++) {
      if (!open.contains(id) && commits.isActive(id)) {
        commits.end(id, appliedLsn);
      }
    }
    return last;
  }

  void setLastId(long id) {
    lastId = id;
  }

  /// Why nothing is applied any more, if so.
  Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  private void run() {
    try {
      while (!closed) {
        next().ifPresent(this::apply);
        long horizon = snapshots.advance(position::applied);
        commits.advanceFloor(horizon, lastId + 1);
        dictionary.births().forget(horizon);
        claim.advance(horizon, position.applied());
      }
    } catch (RuntimeException e) {
      if (!closed) {
        failure = e;
        LOG.error("redo cannot be applied behind lsn {}", position.applied(), e);
      }
    }
  }

  /// The next frame; empty if there is none now, also because no feed of the log can be reached:
  /// the reader goes on looking for one.
  private Optional<Frame> next() {
    try {
      return reader.next(POLL);
    } catch (RetryLater e) {
      LOG.warn("replica waits behind lsn {}: {}", position.applied(), e.getMessage());
      return Optional.empty();
    }
  }

  private void apply(Frame frame) {
    Epoch before = epoch;
    if (before != null && frame.epoch().compareTo(before) > 0) {
      lastId = Math.max(lastId, learn(pool, commits, position.applied()));
    }
    epoch = frame.epoch();
    frame.forEachMtr(
        Lsn.of(position.applied()),
        (endLsn, bytes, offset, length) -> {
          position.begin(endLsn);
          pages.apply(endLsn, bytes, offset, length);
          applyLogical(endLsn, bytes, offset, length);
          position.end(endLsn);
        });
  }

  private void applyLogical(long endLsn, byte[] bytes, int offset, int length) {
    records.reset(bytes, offset, length);
    while (records.next()) {
      if (!records.type().changesPage()) {
        long number = records.number();
        switch (records.type()) {
          case TRANSACTION_COMMIT, TRANSACTION_ABORT -> {
            lastId = Math.max(lastId, number);
            commits.end(number, endLsn);
          }
          case CATALOG_CHANGE -> applyCatalogChange(bytes, endLsn);
          case PURGE_HORIZON -> notePurge(number);
          case SPACE_DROPPED -> pool.dropSpace((int) number);
          default -> {}
        }
      }
    }
  }

  private void notePurge(long horizon) {
    position.purge(horizon);
    long oldest = snapshots.advance(position::applied);
    if (oldest < horizon && oldest != toldLost) {
      toldLost = oldest;
      LOG.warn(
          "snapshots from lsn {} on are given up: the writer purges up to lsn {} without knowing"
              + " them",
          oldest,
          horizon);
    }
  }

  private void applyCatalogChange(byte[] bytes, long endLsn) {
    int at = Varint.skip(bytes, records.payloadStart(), records.payloadEnd());
    DictionaryBatch batch = DictionaryBatch.decode(bytes, at, records.payloadEnd() - at);
    dictionary.apply(batch, endLsn).forEach(tables::forget);
  }

  @Override
  public void close() {
    closed = true;
    reader.close();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    claim.close();
  }
}
