package io.tidemark.sql.execute;

/// Rows of one operator during one execution: each [#next] puts a row's values into the slots of
/// the execution. Confined to the statement's thread.
public interface RowSource extends AutoCloseable {
  /// Steps to the next row; false at the end.
  boolean next();

  @Override
  default void close() {}
}
