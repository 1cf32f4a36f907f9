package io.tidemark.engine;

/// A unique key exists already. Caught by the SQL layer, which knows names and values and answers
/// error 1062, or goes on (IGNORE, ON DUPLICATE KEY UPDATE, REPLACE). No stack trace: it is an
/// answer.
public final class DuplicateKey extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int indexNo;
  private final transient byte[] existingPrimaryKey;
  private final int row;

  public DuplicateKey(int indexNo, byte[] existingPrimaryKey) {
    this(indexNo, existingPrimaryKey, 0);
  }

  private DuplicateKey(int indexNo, byte[] existingPrimaryKey, int row) {
    super("duplicate key in index " + indexNo, null, false, false);
    this.indexNo = indexNo;
    this.existingPrimaryKey = existingPrimaryKey;
    this.row = row;
  }

  /// The same about a row of a [RowBatch].
  public DuplicateKey inRow(int number) {
    return new DuplicateKey(indexNo, existingPrimaryKey, number);
  }

  /// Number of the violated index in [io.tidemark.engine.catalog.TableDescriptor#indexes].
  public int indexNo() {
    return indexNo;
  }

  /// Primary key of the row that is there.
  public byte[] existingPrimaryKey() {
    return existingPrimaryKey;
  }

  /// Number of the refused row in its [RowBatch]; 0 if it was inserted by itself.
  public int row() {
    return row;
  }
}
