package io.tidemark.sql.table;

/// Numbers for the hidden primary keys of tables without one. Thread-safe.
@FunctionalInterface
public interface RowNumberSource {
  /// A number that was never given before, also before a crash.
  long next();
}
