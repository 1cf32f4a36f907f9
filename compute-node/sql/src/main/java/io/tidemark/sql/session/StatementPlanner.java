package io.tidemark.sql.session;

import io.tidemark.engine.LockWait;
import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.bind.Binding;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.ChangeBinder;
import io.tidemark.sql.bind.InsertBinder;
import io.tidemark.sql.bind.QueryBinder;
import io.tidemark.sql.bind.SlotCounter;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.bind.VariableExpression;
import io.tidemark.sql.execute.DirectSelect;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.plan.QueryPlanner;
import io.tidemark.sql.session.PlannedStatement.Kind;
import io.tidemark.sql.session.PlannedStatement.UsedTable;
import io.tidemark.sql.session.SessionDelegate.Privilege;
import io.tidemark.sql.session.SessionDelegate.Scope;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.table.TableSource;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Binds and plans statements on rows for one session. Confined to the session's thread.
final class StatementPlanner {
  private static final AtomicLong SERIALS = new AtomicLong();

  private final SessionContext session;
  private final SessionDelegate delegate;
  private final TableCatalog catalog;

  StatementPlanner(SessionContext session, SessionDelegate delegate, TableCatalog catalog) {
    this.session = session;
    this.delegate = delegate;
    this.catalog = catalog;
  }

  Binding binding(EvalContext context, List<SqlType> parameterTypes) {
    return new Binding(this::find, context, facts(), parameterTypes, new SlotCounter());
  }

  private TableSource find(String database, String name) {
    Optional<TableSource> table = catalog.find(database, name);
    if (table.isPresent()) {
      return table.get();
    }
    if (!catalog.hasDatabase(database)) {
      throw new Rejected(MySqlError.BAD_DB, database);
    }
    if (catalog.isVirtualDatabase(database) && database.equalsIgnoreCase("information_schema")) {
      throw new Rejected(MySqlError.UNKNOWN_TABLE, name, "information_schema");
    }
    throw new Rejected(MySqlError.NO_SUCH_TABLE, database, name);
  }

  private Binding.SessionFacts facts() {
    return new Binding.SessionFacts() {
      @Override
      public String currentDatabase() {
        return session.database();
      }

      @Override
      public boolean onlyFullGroupBy() {
        return session.settings().hasMode(SqlMode.ONLY_FULL_GROUP_BY);
      }

      @Override
      public BoundExpression systemVariable(boolean global, boolean scoped, String name) {
        Scope scope = global ? Scope.GLOBAL : scoped ? Scope.SESSION : Scope.UNSPECIFIED;
        SqlType type = delegate.variableType(name);
        delegate.variable(scope, name, session);
        return new VariableExpression(
            type, name, scope, (where, what, who) -> delegate.variable(where, what, who));
      }
    };
  }

  /// Plans a statement; `readLocking` tells which plain reads lock what they read.
  PlannedStatement plan(
      DataStatement statement,
      List<SqlType> parameterTypes,
      EvalContext context,
      ReadLocking readLocking) {
    long version = session.dictionary().version();
    Binding binding = binding(context, parameterTypes);
    QueryPlanner planner =
        new QueryPlanner(
            session.dictionary(), binding.counter(), readLocking.modeFor(statement), context);
    Draft draft = new Draft(binding, planner, parameterTypes, readLocking, version);
    return switch (statement) {
      case DataStatement.Select select -> draft.select(select);
      case DataStatement.Insert insert -> draft.insert(new InsertBinder(binding).bind(insert));
      case DataStatement.Update update -> draft.update(new ChangeBinder(binding).bind(update));
      case DataStatement.Delete delete -> draft.delete(new ChangeBinder(binding).bind(delete));
      case DataStatement.Do expressions -> draft.evaluate(expressions.expressions());
    };
  }

  /// One statement on its way to a plan.
  private final class Draft {
    private final Binding binding;
    private final QueryPlanner planner;
    private final List<SqlType> parameterTypes;
    private final ReadLocking readLocking;
    private final long version;

    Draft(
        Binding binding,
        QueryPlanner planner,
        List<SqlType> parameterTypes,
        ReadLocking readLocking,
        long version) {
      this.binding = binding;
      this.planner = planner;
      this.parameterTypes = parameterTypes;
      this.readLocking = readLocking;
      this.version = version;
    }

    PlannedStatement select(DataStatement.Select select) {
      BoundQuery query = QueryBinder.outermost(binding).bind(select.query());
      PlanNode plan = planner.planStatement(query);
      boolean locks = query instanceof BoundQuery.Select block && !block.locking().isEmpty();
      Optional<DirectSelect> direct =
          query instanceof BoundQuery.Select block
              ? DirectSelect.of(block, plan)
              : Optional.empty();
      return planned(
          Kind.SELECT,
          Optional.of(query),
          Optional.empty(),
          List.of(),
          Optional.of(plan),
          direct,
          select.into(),
          locks,
          Privilege.SELECT,
          List.of());
    }

    PlannedStatement insert(BoundChange.Insert insert) {
      planner.planSubqueries();
      Optional<PlanNode> plan = insert.query().map(planner::planStatement);
      return planned(
          Kind.CHANGE,
          insert.query(),
          Optional.of(insert),
          List.of(),
          plan,
          Optional.empty(),
          List.of(),
          true,
          Privilege.INSERT,
          List.of(insert.target()));
    }

    PlannedStatement update(BoundChange.Update update) {
      planner.planSubqueries();
      List<TableUse> changed = update.targets().stream().map(BoundChange.Target::table).toList();
      PlanNode plan =
          planner.changedRows(
              update.from(),
              update.where(),
              update.orderBy(),
              update.limit(),
              Set.copyOf(changed),
              update.from().tables().size() == 1 ? LockWait.SEMI_CONSISTENT : LockWait.WAIT);
      return change(update, plan, Privilege.UPDATE, changed);
    }

    PlannedStatement delete(BoundChange.Delete delete) {
      planner.planSubqueries();
      List<TableUse> changed = delete.targets().stream().map(BoundChange.Target::table).toList();
      PlanNode plan =
          planner.changedRows(
              delete.from(),
              delete.where(),
              delete.orderBy(),
              delete.limit(),
              Set.copyOf(changed),
              LockWait.WAIT);
      return change(delete, plan, Privilege.DELETE, changed);
    }

    private PlannedStatement change(
        BoundChange change, PlanNode plan, Privilege privilege, List<TableUse> changed) {
      return planned(
          Kind.CHANGE,
          Optional.empty(),
          Optional.of(change),
          List.of(),
          Optional.of(plan),
          Optional.empty(),
          List.of(),
          true,
          privilege,
          changed);
    }

    PlannedStatement evaluate(List<Expression> expressions) {
      List<BoundExpression> bound = QueryBinder.outermost(binding).bindExpressions(expressions);
      planner.planSubqueries();
      return planned(
          Kind.DO,
          Optional.empty(),
          Optional.empty(),
          bound,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false,
          Privilege.SELECT,
          List.of());
    }

    private PlannedStatement planned(
        Kind kind,
        Optional<BoundQuery> query,
        Optional<BoundChange> change,
        List<BoundExpression> expressions,
        Optional<PlanNode> plan,
        Optional<DirectSelect> direct,
        List<String> into,
        boolean writes,
        Privilege privilege,
        List<TableUse> changed) {
      List<UsedTable> tables = new ArrayList<>();
      for (TableUse use : binding.counter().tables()) {
        BaseTable base = use.baseTable();
        if (base != null) {
          boolean isChanged = changed.contains(use);
          MetadataLock lock =
              isChanged || (kind == Kind.SELECT && writes)
                  ? MetadataLock.SHARED_WRITE
                  : MetadataLock.SHARED_READ;
          tables.add(new UsedTable(base, lock, isChanged ? privilege : Privilege.SELECT));
        }
      }
      List<ResultColumn> columns =
          kind == Kind.SELECT
              ? query.orElseThrow().outputs().stream().map(BoundQuery.Output::column).toList()
              : List.of();
      return new PlannedStatement(
          SERIALS.incrementAndGet(),
          kind,
          query,
          change,
          expressions,
          plan,
          direct,
          columns,
          into,
          tables,
          parameterTypes,
          binding.counter().slotCount(),
          binding.counter().memoryCount(),
          writes,
          readLocking,
          version);
    }
  }
}
