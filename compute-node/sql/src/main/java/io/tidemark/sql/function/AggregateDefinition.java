package io.tidemark.sql.function;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;

/// An aggregate function: its name, how many arguments it takes, and how it is bound to their
/// types.
///
/// @param name upper case
/// @param minArguments fewest arguments
/// @param maxArguments most arguments
/// @param allowsDistinct whether DISTINCT may be written
/// @param binder makes the bound aggregate
public record AggregateDefinition(
    String name, int minArguments, int maxArguments, boolean allowsDistinct, Binder binder) {
  /// Makes a bound aggregate.
  @FunctionalInterface
  public interface Binder {
    BoundAggregate bind(List<Argument> arguments, BindContext context);
  }

  /// Binds the aggregate to its arguments; GROUP_CONCAT with ORDER BY or SEPARATOR is
  /// [Aggregates#groupConcat].
  public BoundAggregate bind(List<Argument> arguments, boolean distinct, BindContext context) {
    if (arguments.size() < minArguments
        || arguments.size() > maxArguments
        || distinct && !allowsDistinct) {
      throw new Rejected(MySqlError.WRONG_PARAMCOUNT_TO_NATIVE_FCT, name);
    }
    BoundAggregate aggregate = binder.bind(arguments, context);
    return distinct ? new DistinctAggregate(aggregate, arguments) : aggregate;
  }
}
