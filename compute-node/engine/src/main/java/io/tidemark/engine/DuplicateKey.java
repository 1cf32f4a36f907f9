package io.tidemark.engine;

/// A unique key exists already. Caught by the SQL layer, which knows names and values and answers
/// error 1062, or goes on (IGNORE, ON DUPLICATE KEY UPDATE, REPLACE). No stack trace: it is an
/// answer.
public final class DuplicateKey extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int indexNo;
  private final transient byte[] existingPrimaryKey;

  public DuplicateKey(int indexNo, byte[] existingPrimaryKey) {
    super("duplicate key in index " + indexNo, null, false, false);
    this.indexNo = indexNo;
    this.existingPrimaryKey = existingPrimaryKey;
  }

  /// Number of the violated index in [io.tidemark.engine.catalog.TableDescriptor#indexes].
  public int indexNo() {
    return indexNo;
  }

  /// Primary key of the row that is there.
  public byte[] existingPrimaryKey() {
    return existingPrimaryKey;
  }
}
