package io.tidemark.sql.session;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.LiteralRows;
import io.tidemark.sql.bind.Literals;
import io.tidemark.sql.execute.Arguments;
import io.tidemark.sql.execute.ChangeResult;
import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.StatementContext;
import io.tidemark.sql.execute.ValueOutput;
import io.tidemark.sql.explain.Explanation;
import io.tidemark.sql.parse.Normalizer;
import io.tidemark.sql.parse.Parameterization;
import io.tidemark.sql.parse.SqlParser;
import io.tidemark.sql.parse.ValueList;
import io.tidemark.sql.session.ResultSink.Completion;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/// Executes statements on rows, from plan to result. Confined to the session's thread.
final class DataExecutor {
  private final SessionContext session;
  private final SessionTransactions transactions;
  private final StatementRunner runner;
  private final PlanCache plans;
  private final IntSupplier statusFlags;
  private final Normalizer normalizer = new Normalizer();

  DataExecutor(
      SessionContext session,
      SessionTransactions transactions,
      StatementRunner runner,
      PlanCache plans,
      IntSupplier statusFlags) {
    this.session = session;
    this.transactions = transactions;
    this.runner = runner;
    this.plans = plans;
    this.statusFlags = statusFlags;
  }

  /// A text that the plan cache serves.
  ///
  /// @param literals values of the parameters, behind those that stand for a row
  /// @param rows the rows that the plan has one of
  record CachedCall(
      PlanCache.Key key, PlanCache.Entry entry, List<Object> literals, Optional<ValueList> rows) {}

  /// Looks a text up in the plan cache, or puts it there; empty if it must be parsed as it is.
  Optional<CachedCall> findCached(byte[] sql) {
    int modes = session.settings().sqlModeBits();
    Normalizer.Normalized found = normalizer.normalize(sql, modes).orElse(null);
    if (found == null || !found.values().stream().allMatch(this::haveValues)) {
      return Optional.empty();
    }
    Optional<CachedCall> call = cached(found.text(), found.literals(), found.values());
    if (call.isPresent() || found.values().isEmpty() || found.literals().isEmpty()) {
      return call;
    }
    // The literals behind the list mean something where they stand; its rows are read apart still.
    return cached(found.values().get().template(), List.of(), found.values());
  }

  private boolean haveValues(ValueList list) {
    return !list.mayBeRefused() || LiteralRows.haveValues(list, runner.newContext());
  }

  private Optional<CachedCall> cached(
      String text, List<Object> literals, Optional<ValueList> rows) {
    int modes = session.settings().sqlModeBits();
    PlanCache.Key key =
        new PlanCache.Key(
            text,
            modes,
            session.database(),
            session.settings().connectionCollation(),
            runner.readLocking());
    PlanCache.Entry entry = plans.find(key).orElse(null);
    if (entry == null) {
      entry = new PlanCache.Entry(parameterized(text, modes, rows), Optional.empty());
      plans.put(key, entry);
    }
    return entry.statement().isEmpty()
        ? Optional.empty()
        : Optional.of(new CachedCall(key, entry, literals, rows));
  }

  private static Optional<DataStatement> parameterized(
      String text, int modes, Optional<ValueList> rows) {
    return parsed(text, modes)
        .filter(parsed -> rows.stream().allMatch(list -> list.isRowOf(parsed.statement())))
        .map(SqlParser.Parsed::statement)
        .filter(DataStatement.class::isInstance)
        .map(DataStatement.class::cast)
        .filter(Parameterization::isSafe);
  }

  /// The only statement of a text; empty if it has an error.
  private static Optional<SqlParser.Parsed> parsed(String text, int modes) {
    try {
      return Optional.of(SqlParser.parse(text, 0, modes))
          .filter(parsed -> parsed.nextOffset() == text.length());
    } catch (Rejected unreadable) {
      return Optional.empty();
    }
  }

  void executeCached(CachedCall call, ResultSink sink) {
    StatementContext context = runner.newContext();
    List<Object> literals = call.literals();
    int row = call.rows().map(ValueList::columns).orElse(0);
    Value[] values = parameters(row, literals.size());
    for (int i = 0; i < literals.size(); i++) {
      values[row + i] =
          literals.get(i) instanceof byte[] bytes
              ? new StringValue(bytes, context.connectionCollation())
              : IntValue.of((Long) literals.get(i));
    }
    DataStatement statement = call.entry().statement().orElseThrow();
    Optional<PlannedStatement> known = call.entry().plan().filter(plan -> hasTypes(plan, values));
    PlannedStatement planned =
        runner.locked(known, () -> runner.plan(statement, types(values), context));
    if (known.isEmpty() || known.get().serial() != planned.serial()) {
      plans.put(call.key(), new PlanCache.Entry(Optional.of(statement), Optional.of(planned)));
    }
    Optional<LiteralRows> rows =
        call.rows().map(list -> new LiteralRows(list, context, _ -> NullValue.NULL));
    run(planned, context, new Arguments(values, rows), false, sink);
  }

  /// Parameters of which the first stand for a row and have no values of their own.
  private static Value[] parameters(int ofRow, int others) {
    Value[] values = new Value[ofRow + others];
    Arrays.fill(values, 0, ofRow, NullValue.NULL);
    return values;
  }

  void execute(DataStatement statement, boolean more, ResultSink sink) {
    StatementContext context = runner.newContext();
    PlannedStatement planned =
        runner.locked(Optional.empty(), () -> runner.plan(statement, List.of(), context));
    run(planned, context, Arguments.none(), more, sink);
  }

  /// The plan of a statement whose parameters are not known yet.
  PlannedStatement describe(DataStatement statement) {
    StatementContext context = runner.newContext();
    PlannedStatement planned = runner.plan(statement, List.of(), context);
    transactions.endStatement();
    return planned;
  }

  /// An INSERT of several rows of literals and parameters; empty if the text is anything else.
  Optional<PreparedText> prepareRows(byte[] sql) {
    int modes = session.settings().sqlModeBits();
    ValueList list =
        ValueList.find(sql, modes).filter(it -> it.rows() > 1 && haveValues(it)).orElse(null);
    if (list == null) {
      return Optional.empty();
    }
    return parsed(list.template(), modes)
        .filter(parsed -> list.isRowOf(parsed.statement()))
        .map(parsed -> new PreparedText(parsed, sql, list));
  }

  void executePrepared(
      PreparedText prepared, List<Parameter> parameters, boolean more, ResultSink sink) {
    DataStatement statement = (DataStatement) prepared.statement();
    StatementContext context = runner.newContext();
    int row = prepared.rows().map(ValueList::columns).orElse(0);
    int inRows = prepared.rows().map(ValueList::parameters).orElse(0);
    Value[] values = parameters(row, parameters.size() - inRows);
    for (int i = inRows; i < parameters.size(); i++) {
      values[row + i - inRows] = parameters.get(i).value();
    }
    Optional<PlannedStatement> known = prepared.plan().filter(plan -> hasTypes(plan, values));
    PlannedStatement planned =
        runner.locked(known, () -> runner.plan(statement, types(values), context));
    if (known.isEmpty() || known.get().serial() != planned.serial()) {
      prepared.setPlan(planned);
    }
    Optional<LiteralRows> rows =
        prepared.rows().map(list -> new LiteralRows(list, context, i -> parameters.get(i).value()));
    run(planned, context, new Arguments(values, rows), more, sink);
  }

  private static List<SqlType> types(Value[] values) {
    List<SqlType> types = new ArrayList<>(values.length);
    for (Value value : values) {
      types.add(Literals.typeOf(value));
    }
    return types;
  }

  private static boolean hasTypes(PlannedStatement plan, Value[] values) {
    List<SqlType> types = plan.parameterTypes();
    if (types.size() != values.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Literals.isOfType(values[i], types.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void run(
      PlannedStatement planned,
      StatementContext context,
      Arguments arguments,
      boolean more,
      ResultSink sink) {
    Execution execution = runner.execution(planned, context, arguments);
    switch (planned.kind()) {
      case SELECT -> select(planned, execution, more, sink);
      case CHANGE -> change(planned, execution, more, sink);
      case DO -> {
        for (BoundExpression expression : planned.expressions()) {
          expression.evaluate(execution);
        }
        transactions.endStatement();
        show(StatementOutcome.DONE, more, sink);
      }
    }
  }

  private void select(
      PlannedStatement planned, Execution execution, boolean more, ResultSink sink) {
    if (!planned.into().isEmpty()) {
      selectInto(planned, execution, more, sink);
      return;
    }
    long rows = runner.runQuery(planned, execution, sink);
    session.setFoundRows(execution.countedRows() < 0 ? rows : execution.countedRows());
    session.setRowCount(-1);
    transactions.endStatement();
    sink.endRows(statusFlags.getAsInt(), session.warnings().count(), more);
  }

  private void selectInto(
      PlannedStatement planned, Execution execution, boolean more, ResultSink sink) {
    if (planned.into().size() != planned.columns().size()) {
      throw new Rejected(MySqlError.WRONG_NUMBER_OF_COLUMNS_IN_SELECT);
    }
    List<Value[]> rows = new ArrayList<>();
    runner.runQuery(
        planned,
        execution,
        row -> {
          rows.add(row);
          if (rows.size() > 1) {
            throw new Rejected(MySqlError.TOO_MANY_ROWS);
          }
        });
    if (rows.isEmpty()) {
      session
          .warnings()
          .add(Warnings.Level.WARNING, 1329, "No data - zero rows fetched, selected, or processed");
    } else {
      for (int i = 0; i < planned.into().size(); i++) {
        session.userVariables().set(planned.into().get(i), rows.getFirst()[i]);
      }
    }
    transactions.endStatement();
    show(new StatementOutcome.Done(rows.size(), ""), more, sink);
  }

  private void change(
      PlannedStatement planned, Execution execution, boolean more, ResultSink sink) {
    ChangeResult result = runner.runChange(planned, execution);
    transactions.endStatement();
    if (result.generated()) {
      session.setLastInsertId(result.lastInsertId());
    }
    long insertId = result.lastInsertId();
    if (!result.generated() && session.lastInsertIdArgument() != 0) {
      insertId = session.lastInsertIdArgument();
    }
    session.setRowCount(result.affectedRows());
    sink.ok(
        new Completion(
            result.affectedRows(),
            insertId,
            statusFlags.getAsInt(),
            session.warnings().count(),
            result.information(),
            more));
  }

  /// Passes the outcome of a statement without plan on.
  void show(StatementOutcome outcome, boolean more, ResultSink sink) {
    int flags = statusFlags.getAsInt();
    switch (outcome) {
      case StatementOutcome.Done done -> {
        session.setRowCount(done.affectedRows());
        sink.ok(
            new Completion(
                done.affectedRows(),
                session.lastInsertIdArgument(),
                flags,
                session.warnings().count(),
                done.information(),
                more));
      }
      case StatementOutcome.Rows rows -> {
        ValueOutput output = new ValueOutput(session, runner.newContext());
        sink.startRows(rows.columns());
        for (Value[] row : rows.rows()) {
          sink.startRow();
          for (int i = 0; i < row.length; i++) {
            output.put(row[i], rows.columns().get(i).type(), sink);
          }
          sink.endRow();
        }
        session.setRowCount(-1);
        transactions.endStatement();
        sink.endRows(statusFlags.getAsInt(), session.warnings().count(), more);
      }
    }
  }

  void explain(SessionStatement.Explain explain, boolean more, ResultSink sink) {
    if (explain.analyze() || explain.format().equals("JSON")) {
      throw new Rejected(
          MySqlError.NOT_SUPPORTED_YET,
          explain.analyze() ? "EXPLAIN ANALYZE" : "EXPLAIN FORMAT=JSON");
    }
    if (!(explain.statement() instanceof DataStatement statement)) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "EXPLAIN of this statement");
    }
    StatementContext context = runner.newContext();
    PlannedStatement planned =
        runner.locked(Optional.empty(), () -> runner.plan(statement, List.of(), context));
    StatementOutcome outcome =
        explain.format().equals("TREE")
            ? Explanation.tree(planned.plan())
            : Explanation.table(statement, planned.plan(), planned.query());
    transactions.endStatement();
    show(outcome, more, sink);
  }

  /// The text that PREPARE names.
  byte[] textOf(Expression text) {
    if (text instanceof StringLiteral literal) {
      return literal.bytes();
    }
    if (text instanceof Expression.UserVariable variable) {
      Value value = session.userVariables().get(variable.name());
      return value.isNull()
          ? "NULL".getBytes(StandardCharsets.UTF_8)
          : value.toText().asString().getBytes(StandardCharsets.UTF_8);
    }
    throw new Rejected(MySqlError.WRONG_ARGUMENTS, "PREPARE");
  }
}
