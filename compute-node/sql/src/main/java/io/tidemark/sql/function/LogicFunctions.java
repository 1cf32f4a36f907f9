package io.tidemark.sql.function;

import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.List;

/// AND, OR, XOR, NOT, IS NULL, IS TRUE, IS FALSE with three-valued logic.
final class LogicFunctions {
  private LogicFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(
        new FunctionDefinition(
            "AND",
            2,
            FunctionDefinition.ANY_NUMBER,
            Traits.DETERMINISTIC,
            (a, c) -> new Connective(false)),
        new FunctionDefinition(
            "OR",
            2,
            FunctionDefinition.ANY_NUMBER,
            Traits.DETERMINISTIC,
            (a, c) -> new Connective(true)),
        new FunctionDefinition("XOR", 2, 2, Traits.DETERMINISTIC, (a, c) -> new Xor()),
        new FunctionDefinition("NOT", 1, 1, Traits.DETERMINISTIC, (a, c) -> new Not()),
        new FunctionDefinition("IS NULL", 1, 1, Traits.DETERMINISTIC, (a, c) -> new IsNull(true)),
        new FunctionDefinition(
            "IS NOT NULL", 1, 1, Traits.DETERMINISTIC, (a, c) -> new IsNull(false)),
        new FunctionDefinition("ISNULL", 1, 1, Traits.DETERMINISTIC, (a, c) -> new IsNull(true)),
        truth("IS TRUE", true, true),
        truth("IS NOT TRUE", true, false),
        truth("IS FALSE", false, true),
        truth("IS NOT FALSE", false, false));
  }

  private static FunctionDefinition truth(String name, boolean wanted, boolean answer) {
    return new FunctionDefinition(
        name, 1, 1, Traits.DETERMINISTIC, (a, c) -> new TruthTest(wanted, answer));
  }

  /// AND or OR: stops at the first operand that decides.
  private static final class Connective extends BoundFunction {
    /// The truth that decides: true for OR, false for AND.
    private final boolean decisive;

    Connective(boolean decisive) {
      super(SqlType.BOOLEAN);
      this.decisive = decisive;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      boolean sawNull = false;
      for (Operand<R> operand : operands) {
        Value value = operand.evaluate(context, row);
        if (value.isNull()) {
          sawNull = true;
        } else if (value.isTrue(context) == decisive) {
          return IntValue.of(decisive);
        }
      }
      return sawNull ? NullValue.NULL : IntValue.of(!decisive);
    }
  }

  private static final class Xor extends BoundFunction.Binary {
    Xor() {
      super(SqlType.BOOLEAN);
    }

    @Override
    protected Value apply(EvalContext context, Value a, Value b) {
      return IntValue.of(a.isTrue(context) != b.isTrue(context));
    }
  }

  private static final class Not extends BoundFunction.Unary {
    Not() {
      super(SqlType.BOOLEAN);
    }

    @Override
    protected Value apply(EvalContext context, Value a) {
      return IntValue.of(!a.isTrue(context));
    }
  }

  private static final class IsNull extends BoundFunction {
    private final boolean answer;

    IsNull(boolean answer) {
      super(SqlType.BOOLEAN);
      this.answer = answer;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      return IntValue.of(operands[0].evaluate(context, row).isNull() == answer);
    }
  }

  /// IS [NOT] TRUE and IS [NOT] FALSE, which are never NULL.
  private static final class TruthTest extends BoundFunction {
    private final boolean wanted;
    private final boolean answer;

    TruthTest(boolean wanted, boolean answer) {
      super(SqlType.BOOLEAN);
      this.wanted = wanted;
      this.answer = answer;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value value = operands[0].evaluate(context, row);
      boolean holds = !value.isNull() && value.isTrue(context) == wanted;
      return IntValue.of(holds == answer);
    }
  }
}
