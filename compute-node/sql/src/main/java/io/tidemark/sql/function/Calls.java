package io.tidemark.sql.function;

import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.function.FunctionDefinition.Binder;
import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;
import java.util.List;

/// Short ways to write definitions and bound functions whose arguments are never NULL when they are
/// computed.
final class Calls {
  private Calls() {}

  /// Of no argument.
  interface None {
    Value apply(EvalContext context);
  }

  /// Of one argument.
  interface One {
    Value apply(EvalContext context, Value a);
  }

  /// Of two arguments.
  interface Two {
    Value apply(EvalContext context, Value a, Value b);
  }

  /// Of three arguments.
  interface Three {
    Value apply(EvalContext context, Value a, Value b, Value c);
  }

  /// Of any number of arguments.
  interface Many {
    Value apply(EvalContext context, Value[] arguments);
  }

  /// Computes with the collation of its arguments.
  interface TextBinder {
    BoundFunction bind(List<Argument> arguments, Derived collation, BindContext context);
  }

  static FunctionDefinition define(String name, int arguments, Binder binder) {
    return new FunctionDefinition(name, arguments, arguments, Traits.DETERMINISTIC, binder);
  }

  static FunctionDefinition define(String name, int min, int max, Binder binder) {
    return new FunctionDefinition(name, min, max, Traits.DETERMINISTIC, binder);
  }

  /// A function whose arguments are all texts that meet in one collation.
  static FunctionDefinition defineText(String name, int min, int max, TextBinder binder) {
    String operation = name.toLowerCase(java.util.Locale.ROOT);
    return define(
        name, min, max, (a, c) -> binder.bind(a, CollationRules.aggregate(a, operation, c), c));
  }

  static FunctionDefinition one(String name, SqlType type, One body) {
    return define(name, 1, (a, c) -> of(type, body));
  }

  static FunctionDefinition two(String name, SqlType type, Two body) {
    return define(name, 2, (a, c) -> of(type, body));
  }

  static FunctionDefinition three(String name, SqlType type, Three body) {
    return define(name, 3, (a, c) -> of(type, body));
  }

  static BoundFunction of(SqlType type, None body) {
    return new BoundFunction.Nullary(type) {
      @Override
      protected Value apply(EvalContext context) {
        return body.apply(context);
      }
    };
  }

  static BoundFunction of(SqlType type, One body) {
    return new BoundFunction.Unary(type) {
      @Override
      protected Value apply(EvalContext context, Value a) {
        return body.apply(context, a);
      }
    };
  }

  static BoundFunction of(SqlType type, Two body) {
    return new BoundFunction.Binary(type) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        return body.apply(context, a, b);
      }
    };
  }

  static BoundFunction of(SqlType type, Three body) {
    return new BoundFunction.Ternary(type) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b, Value c) {
        return body.apply(context, a, b, c);
      }
    };
  }

  /// NULL if one argument is.
  static BoundFunction ofAll(SqlType type, Many body) {
    return new BoundFunction.Strict(type) {
      @Override
      protected Value apply(EvalContext context, Value[] arguments) {
        return body.apply(context, arguments);
      }
    };
  }

  /// Arguments may be NULL.
  static BoundFunction lenient(SqlType type, Coercibility coercibility, Many body) {
    return new BoundFunction.Eager(type, coercibility) {
      @Override
      protected Value apply(EvalContext context, Value[] arguments) {
        return body.apply(context, arguments);
      }
    };
  }

  static BoundFunction text(Derived collation, long length, One body) {
    return new BoundFunction.Unary(
        SqlType.stringOf(length, collation.collation()), collation.coercibility()) {
      @Override
      protected Value apply(EvalContext context, Value a) {
        return body.apply(context, a);
      }
    };
  }

  static BoundFunction text(Derived collation, long length, Two body) {
    return new BoundFunction.Binary(
        SqlType.stringOf(length, collation.collation()), collation.coercibility()) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        return body.apply(context, a, b);
      }
    };
  }

  static BoundFunction text(Derived collation, long length, Three body) {
    return new BoundFunction.Ternary(
        SqlType.stringOf(length, collation.collation()), collation.coercibility()) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b, Value c) {
        return body.apply(context, a, b, c);
      }
    };
  }

  static BoundFunction textOfAll(Derived collation, long length, Many body) {
    return new BoundFunction.Strict(
        SqlType.stringOf(length, collation.collation()), collation.coercibility()) {
      @Override
      protected Value apply(EvalContext context, Value[] arguments) {
        return body.apply(context, arguments);
      }
    };
  }
}
