package io.tidemark.sql.bind;

import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.function.BoundFunction;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.Optional;

/// Evaluates calls of constants while binding.
public final class Folding {
  private Folding() {}

  /// A context that notes whether it was warned. Implemented by contexts that can tell.
  public interface Watched {
    /// How many warnings were taken so far.
    int warningCount();

    /// Forgets the warnings behind the first `count`.
    void forgetWarningsBehind(int count);
  }

  /// The constant that `call` gives; empty if that takes a warning or an error, which must come
  /// when the statement runs.
  static Optional<Constant> fold(Call call, BoundFunction function, EvalContext context) {
    if (!(context instanceof Watched watched)) {
      return Optional.empty();
    }
    List<BoundExpression> operands = call.operands();
    Value[] values = new Value[operands.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((Constant) operands.get(i)).value();
    }
    int before = watched.warningCount();
    try {
      Value value = function.evaluate(context, values);
      if (watched.warningCount() != before) {
        watched.forgetWarningsBehind(before);
        return Optional.empty();
      }
      return Optional.of(new Constant(call.type(), call.coercibility(), value));
    } catch (Rejected late) {
      watched.forgetWarningsBehind(before);
      return Optional.empty();
    }
  }
}
