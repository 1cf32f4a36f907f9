package io.tidemark.sql.session;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What administration and definition statements ask of the session that runs them: the evaluator
/// and the executor. Confined to the session's thread.
public interface SessionServices {
  /// The value of an expression without columns, as in SET; subqueries are allowed.
  Value evaluate(Expression expression);

  /// The WHERE of SHOW: which rows with these columns satisfy it. Column names are compared in any
  /// case.
  Predicate<Value[]> condition(Expression condition, List<ColumnDefinition> columns);

  /// Columns of a query's result, as CREATE TABLE .. SELECT would define them.
  List<ResultColumn> describe(Query query);

  /// Runs a query inside the session's transaction and hands over its rows.
  void run(Query query, Consumer<Value[]> rows);

  /// Commits the open transaction, as statements do that cannot be part of one.
  void commit();
}
