package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;

/// An aggregate whose types are known. Immutable.
public abstract class BoundAggregate {
  private final SqlType type;
  private final Coercibility coercibility;

  protected BoundAggregate(SqlType type, Coercibility coercibility) {
    this.type = type;
    this.coercibility = coercibility;
  }

  public final SqlType type() {
    return type;
  }

  public final Coercibility coercibility() {
    return coercibility;
  }

  /// An accumulator for one group.
  public abstract Accumulator newAccumulator();
}
