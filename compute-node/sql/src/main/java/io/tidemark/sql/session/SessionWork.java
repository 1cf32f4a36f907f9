package io.tidemark.sql.session;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.bind.Binding;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.QueryBinder;
import io.tidemark.sql.bind.QueryBinder.BoundCondition;
import io.tidemark.sql.execute.Arguments;
import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.StatementContext;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What administration and definition ask of the session's evaluator and executor. Confined to the
/// session's thread.
final class SessionWork implements SessionServices {
  private final SessionContext session;
  private final SessionTransactions transactions;
  private final StatementRunner runner;
  private final StatementPlanner planner;

  SessionWork(
      SessionContext session,
      SessionTransactions transactions,
      StatementRunner runner,
      StatementPlanner planner) {
    this.session = session;
    this.transactions = transactions;
    this.runner = runner;
    this.planner = planner;
  }

  @Override
  public Value evaluate(Expression expression) {
    StatementContext context = runner.newContext();
    PlannedStatement planned =
        runner.locked(
            Optional.empty(),
            () -> runner.plan(new DataStatement.Do(List.of(expression)), List.of(), context));
    Execution execution = runner.execution(planned, context, Arguments.none());
    Value value = planned.expressions().getFirst().evaluate(execution);
    transactions.endStatement();
    return value;
  }

  @Override
  public Predicate<Value[]> condition(Expression condition, List<ColumnDefinition> columns) {
    StatementContext context = runner.newContext();
    Binding binding = planner.binding(context, List.of());
    BoundCondition bound =
        QueryBinder.outermost(binding).bindCondition(condition, new ShownTable(columns));
    BoundExpression test = bound.condition();
    Execution execution =
        new Execution(
            session,
            context,
            transactions.forStatement(false),
            binding.counter().slotCount(),
            binding.counter().memoryCount(),
            Arguments.none());
    Map<Integer, Integer> slots = bound.table().slots();
    return row -> {
      slots.forEach((column, slot) -> execution.setSlot(slot, row[column]));
      return test.isTrue(execution);
    };
  }

  @Override
  public List<ResultColumn> describe(Query query) {
    StatementContext context = runner.newContext();
    return runner.plan(new DataStatement.Select(query, List.of()), List.of(), context).columns();
  }

  @Override
  public void run(Query query, Consumer<Value[]> rows) {
    StatementContext context = runner.newContext();
    PlannedStatement planned =
        runner.locked(
            Optional.empty(),
            () -> runner.plan(new DataStatement.Select(query, List.of()), List.of(), context));
    runner.runQuery(planned, runner.execution(planned, context, Arguments.none()), rows);
  }

  @Override
  public void commit() {
    transactions.commit();
  }

  /// The columns of a SHOW as a table, for its WHERE.
  private static final class ShownTable extends VirtualTable {
    ShownTable(List<ColumnDefinition> columns) {
      super("", "", columns);
    }

    @Override
    public Iterable<Value[]> rows(SessionContext session, Map<String, String> equalities) {
      return List.of();
    }
  }
}
