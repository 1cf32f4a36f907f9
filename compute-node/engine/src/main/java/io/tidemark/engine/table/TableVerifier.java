package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.btree.TreeVerifier;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;

/// Checks that rows and secondary index entries of a table belong to each other, and that its trees
/// are sound. For a moment at which nobody changes the table; the trees are checked in any case.
public final class TableVerifier {
  private final OpenTable table;
  private final VersionReader versions;
  private final SpaceCensus space;
  private long rows;
  private long deletedRows;
  private long entries;
  private long markedEntries;

  private TableVerifier(OpenTable table, BufferPool pool) {
    this.table = table;
    this.versions = new VersionReader(pool, LongRows.forReader(pool));
    this.space = new SpaceCensus(pool, table.descriptor().spaceId());
  }

  /// What a table holds.
  ///
  /// @param deletedRows rows that purge has not removed yet
  /// @param entries of all secondary indexes, without the marked ones
  public record Census(
      long rows, long deletedRows, long entries, long markedEntries, Space space) {}

  /// The pages of a table.
  ///
  /// @param pages all that were ever given out
  /// @param free in the free list
  /// @param unreached neither free nor in a tree or a row's overflow chain: of older versions and
  ///   dropped indexes until they are removed; none once that is done
  public record Space(int pages, int free, int unreached) {}

  /// @throws Corrupt that names what does not belong together
  public static Census verify(OpenTable table, BufferPool pool) {
    TableVerifier verifier = new TableVerifier(table, pool);
    for (int number = 0; number < table.indexCount(); number++) {
      verifier.space.addTree(TreeVerifier.verify(table.index(number).tree()));
    }
    verifier.verifyRows();
    for (int number = 1; number < table.indexCount(); number++) {
      verifier.verifyEntries(table.index(number));
    }
    return new Census(
        verifier.rows,
        verifier.deletedRows,
        verifier.entries,
        verifier.markedEntries,
        verifier.space.finish());
  }

  private void verifyRows() {
    BTreeCursor cursor = table.clustered().borrowCursor();
    RowImage row = new RowImage();
    cursor.seekFirst();
    while (cursor.next()) {
      if (ClusteredValue.isOverflow(cursor.buffer(), cursor.valueOffset())) {
        int start = cursor.valueOffset();
        space.addChain(Arrays.copyOfRange(cursor.buffer(), start, start + cursor.valueLength()));
      }
      if (versions.newest(
          table, cursor.buffer(), cursor.valueOffset(), cursor.valueLength(), row)) {
        rows++;
        verifyEntriesOf(cursor.key(), row);
      } else {
        deletedRows++;
      }
    }
    table.clustered().giveBack(cursor);
  }

  private void verifyEntriesOf(byte[] primaryKey, RowImage row) {
    for (int number = 1; number < table.indexCount(); number++) {
      OpenIndex index = table.index(number);
      EntryReader entry = index.tree().newReader();
      byte[] key = SecondaryKeys.keyOf(table, index, primaryKey, row);
      if (!index.tree().search(key, entry)) {
        throw violation(index, key, "is missing, its row is there");
      }
      if (SecondaryValue.isDeleted(entry.buffer(), 0)) {
        throw violation(index, key, "is marked, its row is there");
      }
    }
  }

  private void verifyEntries(OpenIndex index) {
    BTreeCursor cursor = index.borrowCursor();
    EntryReader entry = table.clustered().tree().newReader();
    RowImage row = new RowImage();
    cursor.seekFirst();
    while (cursor.next()) {
      byte[] key = cursor.key();
      if (SecondaryValue.isDeleted(cursor.buffer(), cursor.valueOffset())) {
        markedEntries++;
        continue;
      }
      entries++;
      int columns = table.format().columnPartLength(index.number(), key, 0, key.length);
      byte[] primaryKey = Arrays.copyOfRange(key, columns, key.length);
      if (!table.clustered().tree().search(primaryKey, entry)
          || !versions.newest(table, entry.buffer(), 0, entry.length(), row)) {
        throw violation(index, key, "has no row");
      }
      if (!Arrays.equals(SecondaryKeys.keyOf(table, index, primaryKey, row), key)) {
        throw violation(index, key, "is not the key of its row");
      }
    }
    index.giveBack(cursor);
  }

  private Corrupt violation(OpenIndex index, byte[] key, String what) {
    return new Corrupt(
        "%s, index %d: entry %s %s"
            .formatted(table, index.number(), java.util.HexFormat.of().formatHex(key), what));
  }
}
