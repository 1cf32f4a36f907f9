package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;

/// A call whose types are known. Immutable, so many threads may evaluate it.
///
/// [#evaluate(EvalContext, Operand[], Object)] asks for the operands it needs: AND, OR, IF, CASE
/// and COALESCE do not ask for those that do not matter. The subclasses here are for functions of a
/// fixed number of arguments that are NULL if an argument is; they allocate nothing but the result.
public abstract class BoundFunction {
  private final SqlType type;
  private final Coercibility coercibility;

  protected BoundFunction(SqlType type, Coercibility coercibility) {
    this.type = type;
    this.coercibility = coercibility;
  }

  protected BoundFunction(SqlType type) {
    this(type, type.isString() ? Coercibility.COERCIBLE : Coercibility.NUMERIC);
  }

  public final SqlType type() {
    return type;
  }

  public final Coercibility coercibility() {
    return coercibility;
  }

  /// The value for one row.
  public abstract <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row);

  /// The value for arguments that are known already.
  public final Value evaluate(EvalContext context, Value[] arguments) {
    return evaluate(context, ConstantOperands.first(arguments.length), arguments);
  }

  /// Without arguments.
  public abstract static class Nullary extends BoundFunction {
    protected Nullary(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Nullary(SqlType type) {
      super(type);
    }

    protected abstract Value apply(EvalContext context);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      return apply(context);
    }
  }

  /// Of one argument; NULL gives NULL.
  public abstract static class Unary extends BoundFunction {
    protected Unary(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Unary(SqlType type) {
      super(type);
    }

    /// The argument is not NULL.
    protected abstract Value apply(EvalContext context, Value a);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = operands[0].evaluate(context, row);
      return a.isNull() ? NullValue.NULL : apply(context, a);
    }
  }

  /// Of two arguments; NULL gives NULL.
  public abstract static class Binary extends BoundFunction {
    protected Binary(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Binary(SqlType type) {
      super(type);
    }

    /// The arguments are not NULL.
    protected abstract Value apply(EvalContext context, Value a, Value b);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = operands[0].evaluate(context, row);
      if (a.isNull()) {
        return NullValue.NULL;
      }
      Value b = operands[1].evaluate(context, row);
      return b.isNull() ? NullValue.NULL : apply(context, a, b);
    }
  }

  /// Of three arguments; NULL gives NULL.
  public abstract static class Ternary extends BoundFunction {
    protected Ternary(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Ternary(SqlType type) {
      super(type);
    }

    /// The arguments are not NULL.
    protected abstract Value apply(EvalContext context, Value a, Value b, Value c);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = operands[0].evaluate(context, row);
      if (a.isNull()) {
        return NullValue.NULL;
      }
      Value b = operands[1].evaluate(context, row);
      if (b.isNull()) {
        return NullValue.NULL;
      }
      Value c = operands[2].evaluate(context, row);
      return c.isNull() ? NullValue.NULL : apply(context, a, b, c);
    }
  }

  /// Of any number of arguments, all of them evaluated, which may be NULL.
  public abstract static class Eager extends BoundFunction {
    protected Eager(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Eager(SqlType type) {
      super(type);
    }

    protected abstract Value apply(EvalContext context, Value[] arguments);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value[] arguments = new Value[operands.length];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = operands[i].evaluate(context, row);
      }
      return apply(context, arguments);
    }
  }

  /// Of any number of arguments; NULL gives NULL.
  public abstract static class Strict extends BoundFunction {
    protected Strict(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }

    protected Strict(SqlType type) {
      super(type);
    }

    /// The arguments are not NULL.
    protected abstract Value apply(EvalContext context, Value[] arguments);

    @Override
    public final <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value[] arguments = new Value[operands.length];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = operands[i].evaluate(context, row);
        if (arguments[i].isNull()) {
          return NullValue.NULL;
        }
      }
      return apply(context, arguments);
    }
  }
}
