package io.tidemark.sql.bind;

import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionDelegate.Scope;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;

/// `@@name`: a system variable, read when it is evaluated.
public final class VariableExpression extends BoundExpression.Nested {
  private final String name;
  private final Scope scope;
  private final Reader reader;

  /// Reads a variable.
  @FunctionalInterface
  public interface Reader {
    Value read(Scope scope, String name, SessionContext session);
  }

  public VariableExpression(SqlType type, String name, Scope scope, Reader reader) {
    super(type, type.isString() ? Coercibility.SYSTEM_CONSTANT : Coercibility.NUMERIC);
    this.name = name;
    this.scope = scope;
    this.reader = reader;
  }

  @Override
  public Value evaluate(EvalContext context, Execution execution) {
    return reader.read(scope, name, execution.session());
  }

  @Override
  public boolean sameAs(BoundExpression other) {
    return other instanceof VariableExpression that
        && that.name.equals(name)
        && that.scope == scope;
  }
}
