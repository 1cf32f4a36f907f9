package io.tidemark.sql.session;

import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.execute.Arguments;
import io.tidemark.sql.execute.ChangeResult;
import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.InsertRunner;
import io.tidemark.sql.execute.RowSource;
import io.tidemark.sql.execute.StatementContext;
import io.tidemark.sql.execute.UpdateRunner;
import io.tidemark.sql.execute.ValueOutput;
import io.tidemark.sql.session.PlannedStatement.UsedTable;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Runs planned statements inside the session's transaction: metadata locks, plans made again when
/// a table has changed, and undoing a statement that fails. Confined to the session's thread.
final class StatementRunner {
  private final SessionContext session;
  private final SessionTransactions transactions;
  private final SessionDelegate delegate;
  private final StatementPlanner planner;

  StatementRunner(
      SessionContext session,
      SessionTransactions transactions,
      SessionDelegate delegate,
      StatementPlanner planner) {
    this.session = session;
    this.transactions = transactions;
    this.delegate = delegate;
    this.planner = planner;
  }

  StatementContext newContext() {
    return new StatementContext(session, delegate.version());
  }

  /// Which plain reads of the next statement lock.
  ReadLocking readLocking() {
    return ReadLocking.of(
        session.settings().transactionIsolation(),
        !session.settings().autocommit() || transactions.isOpen());
  }

  PlannedStatement plan(
      DataStatement statement, List<SqlType> parameterTypes, StatementContext context) {
    return planner.plan(statement, parameterTypes, context, readLocking());
  }

  /// A plan whose tables are locked and as they were when it was made; made by `plan` again if not.
  ///
  /// @param first a plan to try first
  PlannedStatement locked(Optional<PlannedStatement> first, Supplier<PlannedStatement> plan) {
    PlannedStatement planned = first.orElse(null);
    for (int attempt = 0; attempt < 10; attempt++) {
      if (planned == null) {
        planned = plan.get();
      }
      if (lock(planned, transactions.forStatement(planned.writes()))) {
        return planned;
      }
      planned = null;
    }
    throw new Rejected(MySqlError.TABLE_DEF_CHANGED);
  }

  private boolean lock(PlannedStatement planned, Transaction transaction) {
    if (planned.readLocking() != readLocking()) {
      return false;
    }
    for (UsedTable used : planned.tables()) {
      TableDescriptor table = used.table().descriptor();
      delegate.checkAccess(used.privilege(), table.database(), table.name(), session);
      transaction.lockMetadata(table.database(), table.name(), used.lock());
    }
    return isCurrent(planned);
  }

  /// Whether the tables are as they were when the plan was made.
  boolean isCurrent(PlannedStatement planned) {
    if (session.dictionary().version() == planned.dictionaryVersion()) {
      return true;
    }
    for (UsedTable used : planned.tables()) {
      BaseTable table = used.table();
      Optional<TableDescriptor> now =
          session.dictionary().findTable(table.database(), table.name());
      if (now.isEmpty()
          || now.get().tableId() != table.descriptor().tableId()
          || now.get().version() != table.descriptor().version()) {
        return false;
      }
    }
    return true;
  }

  Execution execution(PlannedStatement planned, StatementContext context, Arguments arguments) {
    Transaction transaction = transactions.forStatement(planned.writes());
    transaction.startStatement();
    return new Execution(
        session, context, transaction, planned.slotCount(), planned.memoryCount(), arguments);
  }

  /// Runs a query into a sink, from the columns to the last row; the answer is how many rows.
  long runQuery(PlannedStatement planned, Execution execution, ResultSink sink) {
    ValueOutput output = new ValueOutput(session, execution.context());
    long most = session.settings().selectLimit();
    sink.startRows(planned.columns());
    if (planned.direct().isPresent()) {
      return planned.direct().get().run(execution, sink, output.rows(), most);
    }
    List<BoundQuery.Output> outputs = planned.query().orElseThrow().outputs();
    long rows = 0;
    try (RowSource source = planned.plan().orElseThrow().open(execution)) {
      while (rows < most && source.next()) {
        execution.checkInterrupt();
        sink.startRow();
        for (int i = 0; i < outputs.size(); i++) {
          BoundExpression expression = outputs.get(i).expression();
          output.put(expression.evaluate(execution), expression.type(), sink);
        }
        sink.endRow();
        rows++;
      }
    }
    return rows;
  }

  /// Runs a query and hands over its rows.
  long runQuery(PlannedStatement planned, Execution execution, Consumer<Value[]> consumer) {
    List<BoundQuery.Output> outputs = planned.query().orElseThrow().outputs();
    long rows = 0;
    try (RowSource source = planned.plan().orElseThrow().open(execution)) {
      while (source.next()) {
        execution.checkInterrupt();
        Value[] row = new Value[outputs.size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = outputs.get(i).expression().evaluate(execution);
        }
        consumer.accept(row);
        rows++;
      }
    }
    return rows;
  }

  /// Changes rows; undone as a whole if it fails.
  ChangeResult runChange(PlannedStatement planned, Execution execution) {
    Transaction transaction = execution.transaction();
    boolean alone = !transactions.isOpen();
    long before = alone ? 0 : transaction.savepoint();
    try {
      return switch (planned.change().orElseThrow()) {
        case BoundChange.Insert insert ->
            new InsertRunner(insert, planned.plan().orElse(null), execution, delegate).run();
        case BoundChange.Update update ->
            UpdateRunner.update(update, planned.plan().orElseThrow(), execution);
        case BoundChange.Delete delete ->
            UpdateRunner.delete(delete, planned.plan().orElseThrow(), execution);
      };
    } catch (RuntimeException failure) {
      boolean ended = failure instanceof Rejected rejected && rejected.error().endsTransaction();
      if (!alone && !ended) {
        transaction.rollbackToSavepoint(before);
      }
      throw failure;
    }
  }
}
