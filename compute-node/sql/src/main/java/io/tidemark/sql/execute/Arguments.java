package io.tidemark.sql.execute;

import io.tidemark.sql.bind.LiteralRows;
import io.tidemark.sql.value.Value;
import java.util.Optional;

/// What one execution of a planned statement is given. Confined to the statement's thread.
public final class Arguments {
  private final Value[] parameters;
  private final Optional<LiteralRows> rows;

  /// `rows` are what an INSERT inserts in place of the rows of its plan.
  public Arguments(Value[] parameters, Optional<LiteralRows> rows) {
    this.parameters = parameters;
    this.rows = rows;
  }

  public static Arguments none() {
    return new Arguments(new Value[0], Optional.empty());
  }

  /// Shared: the values of the parameters by their numbers.
  public Value[] parameters() {
    return parameters;
  }

  Optional<LiteralRows> rows() {
    return rows;
  }
}
