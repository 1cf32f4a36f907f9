package io.tidemark.engine;

/// MySQL's transaction isolation levels.
public enum IsolationLevel {
  READ_UNCOMMITTED,
  READ_COMMITTED,
  REPEATABLE_READ,
  SERIALIZABLE
}
