package io.tidemark.engine.table;

import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Optional;

/// Rows of an index as a snapshot has them, without locks; or, without a view, the newest ones
/// (READ UNCOMMITTED).
///
/// A secondary entry last changed by a transaction that the view sees is trusted: marked means no
/// row, otherwise the row the view sees has this key. Any other entry proves nothing: the row's
/// version is built and its key compared.
final class ConsistentCursor extends EntryCursor {
  private final VersionReader versions;
  private final Optional<ReadView> view;
  private final ReadGuard guard;
  private final EntryReader rows;
  private byte[] primaryKeyScratch = new byte[32];
  private boolean started;
  private boolean ended;

  ConsistentCursor(
      OpenTable table,
      OpenIndex index,
      KeyRange range,
      ScanOptions options,
      VersionReader versions,
      Optional<ReadView> view,
      ReadGuard guard) {
    super(table, index, range, options);
    this.versions = versions;
    this.view = view;
    this.guard = guard;
    this.rows = table.clustered().borrowReader();
  }

  @Override
  public boolean next() {
    try {
      return step();
    } catch (RuntimeException e) {
      // What a lost snapshot leads to is no news beside the loss.
      guard.checkSnapshot();
      throw e;
    }
  }

  private boolean step() {
    if (ended) {
      return false;
    }
    if (!started) {
      started = true;
      scan.start();
    }
    while (scan.step() && scan.isInRange()) {
      if (isClustered() ? readHere() : readThere()) {
        guard.checkSnapshot();
        return true;
      }
      if (guard.isInterrupted()) {
        throw new Rejected(MySqlError.QUERY_INTERRUPTED);
      }
    }
    guard.checkSnapshot();
    ended = true;
    return false;
  }

  private boolean readHere() {
    int at = entries.valueOffset();
    if (view.isEmpty()) {
      return versions.uncommitted(
          table, entries.key(), entries.buffer(), at, entries.valueLength(), row);
    }
    ReadView seen = view.get();
    if (seen.sees(ClusteredValue.transactionId(entries.buffer(), at))) {
      return versions.newest(table, entries.buffer(), at, entries.valueLength(), row);
    }
    return versions.read(
        table, entries.key(), entries.buffer(), at, entries.valueLength(), seen, row);
  }

  private boolean readThere() {
    int at = entries.valueOffset();
    boolean trusted =
        view.isPresent() && view.get().sees(SecondaryValue.transactionId(entries.buffer(), at));
    if (trusted) {
      if (SecondaryValue.isDeleted(entries.buffer(), at)) {
        return false;
      }
      if (options.keysOnly()) {
        return true;
      }
    }
    int columns = columnPartLength();
    int length = entries.keyLength() - columns;
    if (primaryKeyScratch.length < length) {
      primaryKeyScratch = new byte[2 * length];
    }
    System.arraycopy(entries.buffer(), entries.keyOffset() + columns, primaryKeyScratch, 0, length);
    if (!table.clustered().tree().search(primaryKeyScratch, length, rows)) {
      return false;
    }
    byte[] value = rows.buffer();
    boolean found;
    if (view.isEmpty()) {
      found = versions.uncommitted(table, primaryKey(), value, 0, rows.length(), row);
    } else if (view.get().sees(ClusteredValue.transactionId(value, 0))) {
      found = versions.newest(table, value, 0, rows.length(), row);
    } else {
      found = versions.read(table, primaryKey(), value, 0, rows.length(), view.get(), row);
    }
    return found && (trusted || isCurrentKey(SecondaryKeys.keyOf(table, index, primaryKey(), row)));
  }

  @Override
  public void close() {
    ended = true;
    if (!isClosed()) {
      table.clustered().giveBack(rows);
    }
    super.close();
  }
}
