package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;

/// A function or operator: its name, how many arguments it takes, and how it is bound to their
/// types.
///
/// @param name as MySQL's messages say it: upper case, or the operator's sign
/// @param minArguments fewest arguments
/// @param maxArguments most arguments, [#ANY_NUMBER] for no limit
/// @param traits what the planner must know
/// @param binder makes the bound function
public record FunctionDefinition(
    String name, int minArguments, int maxArguments, Traits traits, Binder binder) {
  public static final int ANY_NUMBER = Integer.MAX_VALUE;

  /// Makes a bound function. Called with a permitted number of arguments.
  @FunctionalInterface
  public interface Binder {
    BoundFunction bind(List<Argument> arguments, BindContext context);
  }

  /// What may be done with calls.
  public enum Traits {
    /// The same arguments give the same value: calls with constants may be folded at any time.
    DETERMINISTIC,
    /// One value per statement: NOW(), USER(), DATABASE().
    STATEMENT_CONSTANT,
    /// A new value at every evaluation: RAND(), UUID(), SLEEP().
    VOLATILE
  }

  /// Binds the function. A wrong number of arguments is refused with error 1582, argument types
  /// that do not go together with MySQL's errors.
  public BoundFunction bind(List<Argument> arguments, BindContext context) {
    if (arguments.size() < minArguments || arguments.size() > maxArguments) {
      throw new Rejected(MySqlError.WRONG_PARAMCOUNT_TO_NATIVE_FCT, name);
    }
    return binder.bind(arguments, context);
  }

  /// The type of the result for columns of these types.
  public SqlType resolve(List<SqlType> types, BindContext context) {
    return bind(types.stream().map(Argument::column).toList(), context).type();
  }
}
