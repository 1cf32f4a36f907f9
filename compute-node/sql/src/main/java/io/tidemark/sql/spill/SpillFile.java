package io.tidemark.sql.spill;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rows in a temporary file: first added, then read, from the whole file or a part of it, as often
/// as wanted. Confined to the statement's thread.
///
/// | size | meaning |
/// | --- | --- |
/// | 8 | number |
/// | 4 | hash |
/// | 4 | count of keys |
/// | 4 | count of values |
/// | | keys and values, each as [ValueCodec] says |
public final class SpillFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpillFile.class);

  private final WorkMemory memory;
  private final TemporaryFile file;
  private final SpillOutput out;
  private long rows;
  private int firstHash;
  private boolean hasSeveralHashes;
  private boolean closed;

  SpillFile(WorkMemory memory, TemporaryFile file) {
    this.memory = memory;
    this.file = file;
    this.out = new SpillOutput(file);
  }

  /// Adds a row at the end.
  public void add(StoredRow row) {
    memory.checkInterrupt();
    if (rows++ == 0) {
      firstHash = row.hash();
    }
    hasSeveralHashes |= row.hash() != firstHash;
    out.putLong(row.number());
    out.putInt(row.hash());
    out.putInt(row.keys().length);
    out.putInt(row.values().length);
    memory.codec().write(row.keys(), out);
    memory.codec().write(row.values(), out);
  }

  public long rows() {
    return rows;
  }

  /// Whether the keys of its rows have different hashes, so that they can be split.
  public boolean hasSeveralHashes() {
    return hasSeveralHashes;
  }

  /// Where the next row begins.
  long position() {
    return out.position();
  }

  /// All rows that were added so far.
  public Reader read() {
    return read(0, out.position());
  }

  /// The rows between two positions.
  Reader read(long start, long end) {
    out.flush();
    return new Reader(new SpillInput(file, start, end));
  }

  /// Steps through rows. Confined to the statement's thread.
  public final class Reader {
    private final SpillInput in;
    private StoredRow row = new StoredRow(0, 0, StoredRow.NO_VALUES, StoredRow.NO_VALUES);

    private Reader(SpillInput in) {
      this.in = in;
    }

    /// Steps to the next row; false at the end.
    public boolean next() {
      if (in.isAtEnd()) {
        return false;
      }
      memory.checkInterrupt();
      long number = in.getLong();
      int hash = in.getInt();
      int keys = in.getInt();
      int values = in.getInt();
      row =
          new StoredRow(
              number, hash, memory.codec().read(keys, in), memory.codec().read(values, in));
      return true;
    }

    public StoredRow row() {
      return row;
    }
  }

  /// Removes the file.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    memory.closed(this);
    try {
      file.close();
    } catch (IOException failure) {
      LOG.warn("temporary file {} cannot be closed: {}", file.name(), failure.getMessage());
    }
  }
}
