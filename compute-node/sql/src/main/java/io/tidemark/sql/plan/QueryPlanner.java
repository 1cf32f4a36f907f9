package io.tidemark.sql.plan;

import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.Output;
import io.tidemark.sql.bind.BoundQuery.RowLocking;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.bind.FromTree;
import io.tidemark.sql.bind.SlotCounter;
import io.tidemark.sql.bind.SubqueryExpression;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.execute.Distinct;
import io.tidemark.sql.execute.Grouping;
import io.tidemark.sql.execute.Nodes;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.Sorting;
import io.tidemark.sql.execute.TableScan;
import io.tidemark.sql.function.BindContext;
import io.tidemark.sql.value.IntValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Plans queries. Made for each statement. Confined to the planning thread.
public final class QueryPlanner {
  private final AccessPlanner access;
  private final SlotCounter counter;
  private final LockMode plainReads;
  private final BindContext context;

  /// `plainReads` is the lock of reads without a locking clause: SHARE in serializable
  /// transactions.
  public QueryPlanner(
      DataDictionary dictionary, SlotCounter counter, LockMode plainReads, BindContext context) {
    this.access = new AccessPlanner(dictionary);
    this.context = context;
    this.counter = counter;
    this.plainReads = plainReads;
  }

  BindContext context() {
    return context;
  }

  /// Plans a statement's query and all subqueries of the statement.
  public PlanNode planStatement(BoundQuery query) {
    planSubqueries();
    return plan(query);
  }

  /// Gives every subquery in an expression its plan.
  public void planSubqueries() {
    for (SubqueryExpression subquery : counter.subqueries()) {
      subquery.setPlan(plan(subquery.query()));
    }
  }

  PlanNode plan(BoundQuery query) {
    return switch (query) {
      case BoundQuery.Select select -> select(select);
      case BoundQuery.Union union -> union(union);
      case BoundQuery.Rows rows ->
          ordered(
              new Nodes.ConstantRows(rows.rows(), rows.slots()),
              rows.orderBy(),
              rows.slots(),
              rows.limit());
    };
  }

  private PlanNode union(BoundQuery.Union union) {
    PlanNode node =
        new Nodes.Concatenation(
            plan(union.left()),
            union.leftValues(),
            plan(union.right()),
            union.rightValues(),
            union.slots());
    if (union.distinct()) {
      node =
          new Distinct(
              node, union.outputs().stream().map(Output::expression).toList(), union.slots());
    }
    return ordered(node, union.orderBy(), union.slots(), union.limit());
  }

  private static PlanNode ordered(
      PlanNode input, List<SortKey> orderBy, List<Integer> slots, BoundQuery.Limit limit) {
    PlanNode node = input;
    if (!orderBy.isEmpty()) {
      node = new Sorting(node, orderBy, slots, limit);
    }
    return limit.isNone() ? node : new Nodes.Limited(node, limit, false);
  }

  private PlanNode select(BoundQuery.Select select) {
    if (select.where().stream().anyMatch(QueryPlanner::isNeverTrue) && !select.grouped()) {
      return new Nodes.Empty("Impossible WHERE");
    }
    Optional<PlanNode> extreme = ExtremeByIndex.plan(this, select);
    if (extreme.isPresent()) {
      return finish(select, extreme.get(), true);
    }
    JoinPlanner.Planned rows = rows(select);
    PlanNode node = rows.node();
    boolean isOrdered = rows.ordered();
    if (select.grouped()) {
      boolean sorted = isOrdered && !select.groupBy().isEmpty() && isGroupOrder(select);
      node = group(select, node, sorted);
      isOrdered =
          select.groupBy().isEmpty()
              || (sorted
                  && select.orderBy().size() <= select.groupBy().size()
                  && !select.orderBy().isEmpty());
    }
    return finish(select, node, isOrdered);
  }

  static boolean isNeverTrue(BoundExpression condition) {
    return condition instanceof Constant constant
        && (constant.value().isNull()
            || (constant.value() instanceof IntValue number && number.value() == 0));
  }

  /// Whether the wanted order of the rows keeps the rows of each group together.
  private static boolean isGroupOrder(BoundQuery.Select select) {
    List<SortKey> order = wantedOrder(select);
    if (order.size() < select.groupBy().size()) {
      return false;
    }
    for (int i = 0; i < select.groupBy().size(); i++) {
      BoundExpression key = order.get(i).expression();
      if (select.groupBy().stream().noneMatch(g -> g.sameAs(key))) {
        return false;
      }
    }
    return true;
  }

  /// The order that would save work: that of ORDER BY, or of GROUP BY.
  private static List<SortKey> wantedOrder(BoundQuery.Select select) {
    if (!select.grouped()) {
      return select.orderBy();
    }
    if (select.groupBy().isEmpty()) {
      return List.of();
    }
    boolean orderIsGroups =
        select.orderBy().size() == select.groupBy().size()
            && select.orderBy().stream()
                .allMatch(k -> select.groupBy().stream().anyMatch(g -> g.sameAs(k.expression())));
    if (orderIsGroups) {
      return select.orderBy();
    }
    return select.groupBy().stream().map(g -> new SortKey(g, false)).toList();
  }

  JoinPlanner.Planned rows(BoundQuery.Select select) {
    double limit = select.grouped() || select.distinct() ? Double.MAX_VALUE : limitOf(select);
    return rows(select, wantedOrder(select), limit, List.of());
  }

  JoinPlanner.Planned rows(
      BoundQuery.Select select, List<SortKey> order, double limit, List<BoundExpression> more) {
    List<BoundExpression> where = new ArrayList<>(select.where());
    where.addAll(more);
    where.removeIf(QueryPlanner::isAlwaysTrue);
    if (select.from().isEmpty()) {
      PlanNode node = new Nodes.SingleRow();
      node = where.isEmpty() ? node : new Nodes.Filter(node, where, 1);
      return new JoinPlanner.Planned(node, false);
    }
    JoinPlanner.Goal goal = new JoinPlanner.Goal(order, limit, select.straightJoin(), true);
    return new JoinPlanner(access, this, counter, table -> lock(table, select.locking()), goal)
        .plan(select.from().get(), where);
  }

  private static boolean isAlwaysTrue(BoundExpression condition) {
    return condition instanceof Constant constant
        && constant.value() instanceof IntValue number
        && number.value() != 0;
  }

  /// Plans the rows that UPDATE or DELETE changes, in the order and number that are wanted;
  /// `waiting` tells what to do about those that others have locked.
  public PlanNode changedRows(
      FromTree from,
      List<BoundExpression> where,
      List<SortKey> order,
      BoundQuery.Limit limit,
      Set<TableUse> changed,
      LockWait waiting) {
    if (where.stream().anyMatch(QueryPlanner::isNeverTrue)) {
      return new Nodes.Empty("Impossible WHERE");
    }
    JoinPlanner.LockChoice locks =
        table ->
            changed.contains(table)
                ? new TableScan.Lock(LockMode.EXCLUSIVE, waiting)
                : new TableScan.Lock(plainReads, LockWait.WAIT);
    List<BoundExpression> conditions = new ArrayList<>(where);
    conditions.removeIf(QueryPlanner::isAlwaysTrue);
    double wanted = limit.count().map(QueryPlanner::constantNumber).orElse(Double.MAX_VALUE);
    JoinPlanner.Goal goal = new JoinPlanner.Goal(order, wanted, false, false);
    JoinPlanner.Planned planned =
        new JoinPlanner(access, this, counter, locks, goal).plan(from, conditions);
    PlanNode node = planned.node();
    if (!order.isEmpty() && !planned.ordered()) {
      List<Integer> slots = new ArrayList<>();
      from.tables().forEach(t -> slots.addAll(t.allSlots()));
      node = new Sorting(node, order, slots, limit);
    }
    return limit.isNone() ? node : new Nodes.Limited(node, limit, false);
  }

  private TableScan.Lock lock(TableUse table, List<RowLocking> clauses) {
    TableScan.Lock lock = new TableScan.Lock(plainReads, LockWait.WAIT);
    for (RowLocking clause : clauses) {
      boolean named =
          clause.tables().isEmpty()
              || clause.tables().stream().anyMatch(n -> n.equalsIgnoreCase(table.alias()));
      if (named) {
        lock =
            new TableScan.Lock(
                clause.update() ? LockMode.EXCLUSIVE : LockMode.SHARE, clause.waiting());
      }
    }
    return lock;
  }

  static double limitOf(BoundQuery.Select select) {
    if (select.limit().count().isEmpty() || select.calcFoundRows()) {
      return Double.MAX_VALUE;
    }
    double offset = select.limit().offset().map(QueryPlanner::constantNumber).orElse(0.0);
    return constantNumber(select.limit().count().get()) + offset;
  }

  /// A guess for parameters.
  private static double constantNumber(BoundExpression expression) {
    return expression instanceof Constant constant && constant.value() instanceof IntValue number
        ? (double) number.value()
        : 10;
  }

  PlanNode group(BoundQuery.Select select, PlanNode input, boolean sorted) {
    double rows =
        select.groupBy().isEmpty() ? 1 : Math.max(1, Math.sqrt(input.estimatedRows()) * 2);
    return new Grouping(
        input, select.groupBy(), select.aggregates(), tableSlots(select), sorted, rows);
  }

  /// HAVING, ORDER BY, DISTINCT and LIMIT.
  private PlanNode finish(BoundQuery.Select select, PlanNode input, boolean isOrdered) {
    PlanNode node = input;
    if (!select.having().isEmpty()) {
      node = new Nodes.Filter(node, select.having(), node.estimatedRows() / 2);
    }
    if (!select.computed().isEmpty()) {
      node = new Nodes.Compute(node, select.computed());
    }
    if (!select.orderBy().isEmpty() && !isOrdered) {
      BoundQuery.Limit limit =
          select.distinct() || select.calcFoundRows() ? BoundQuery.Limit.NONE : select.limit();
      node = new Sorting(node, select.orderBy(), rowSlots(select), limit);
    }
    if (select.distinct()) {
      node =
          new Distinct(
              node, select.outputs().stream().map(Output::expression).toList(), rowSlots(select));
    }
    if (!select.limit().isNone()) {
      node = new Nodes.Limited(node, select.limit(), select.calcFoundRows());
    }
    return node;
  }

  private static List<Integer> tableSlots(BoundQuery.Select select) {
    Set<Integer> slots = new LinkedHashSet<>();
    select.tables().forEach(t -> slots.addAll(t.allSlots()));
    return List.copyOf(slots);
  }

  /// Slots that what follows a sort may read.
  private static List<Integer> rowSlots(BoundQuery.Select select) {
    Set<Integer> slots = new LinkedHashSet<>();
    select.tables().forEach(t -> slots.addAll(t.allSlots()));
    select.aggregates().stream().map(Aggregate::slot).forEach(slots::add);
    select.computed().stream().map(BoundQuery.Computed::slot).forEach(slots::add);
    return List.copyOf(slots);
  }
}
