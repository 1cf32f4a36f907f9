package io.tidemark.sql.plan;

import io.tidemark.engine.LockMode;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.bind.Conditions;
import io.tidemark.sql.bind.FromTree;
import io.tidemark.sql.bind.SlotCounter;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.execute.DerivedScan;
import io.tidemark.sql.execute.Joins;
import io.tidemark.sql.execute.Nodes;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.TableScan;
import io.tidemark.sql.execute.VirtualScan;
import io.tidemark.sql.function.ComparisonRules;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.VirtualTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Chooses the order in which the tables of one FROM are read, and how: greedily from every
/// possible first table, by estimated cost. Made for each FROM. Confined to the planning thread.
final class JoinPlanner {
  private final AccessPlanner access;
  private final QueryPlanner queries;
  private final SlotCounter counter;
  private final LockChoice locks;
  private final Goal goal;

  /// What the rows are wanted for.
  ///
  /// @param order order that would save a sort; empty if none matters
  /// @param limit how many rows are wanted, [Double#MAX_VALUE] for all
  /// @param mayCover whether reading only index keys is allowed
  record Goal(List<SortKey> order, double limit, boolean straight, boolean mayCover) {}

  /// Which lock a table is read with.
  interface LockChoice {
    TableScan.Lock of(TableUse table);
  }

  /// The plan, and whether its rows come in the wanted order.
  record Planned(PlanNode node, boolean ordered) {}

  /// A table or a nest of tables that is joined as one.
  private record Unit(
      FromTree tree, boolean outer, List<BoundExpression> on, Set<TableUse> requires) {
    List<TableUse> tables() {
      return tree.tables();
    }
  }

  JoinPlanner(
      AccessPlanner access,
      QueryPlanner queries,
      SlotCounter counter,
      LockChoice locks,
      Goal goal) {
    this.access = access;
    this.queries = queries;
    this.counter = counter;
    this.locks = locks;
    this.goal = goal;
  }

  Planned plan(FromTree from, List<BoundExpression> where) {
    FromTree tree = OuterJoins.simplify(from, where);
    List<BoundExpression> conditions = new ArrayList<>(where);
    List<Unit> units = new ArrayList<>();
    flatten(tree, units, conditions);
    Set<TableUse> own = new HashSet<>(tree.tables());
    List<BoundExpression> constant = new ArrayList<>();
    conditions.removeIf(c -> {
      Set<TableUse> used = new HashSet<>(Conditions.tablesOf(c));
      used.retainAll(own);
      boolean free = used.isEmpty() && !Conditions.isVolatile(c);
      if (free) {
        constant.add(c);
      }
      return free;
    });
    Set<TableUse> outside = outsideTables(conditions, units, own);
    Planned best = best(units, conditions, outside);
    if (constant.isEmpty()) {
      return best;
    }
    return new Planned(new ConstantGate(best.node(), constant), best.ordered());
  }

  private static Set<TableUse> outsideTables(
      List<BoundExpression> conditions, List<Unit> units, Set<TableUse> own) {
    Set<TableUse> outside = new HashSet<>();
    conditions.forEach(c -> outside.addAll(Conditions.tablesOf(c)));
    for (Unit unit : units) {
      unit.on().forEach(c -> outside.addAll(Conditions.tablesOf(c)));
      collectNested(unit.tree(), outside);
    }
    outside.removeAll(own);
    return outside;
  }

  private static void collectNested(FromTree tree, Set<TableUse> outside) {
    if (tree instanceof FromTree.Join join) {
      join.on().forEach(c -> outside.addAll(Conditions.tablesOf(c)));
      collectNested(join.left(), outside);
      collectNested(join.right(), outside);
    }
  }

  private void flatten(FromTree tree, List<Unit> units, List<BoundExpression> conditions) {
    switch (tree) {
      case FromTree.Leaf leaf -> units.add(new Unit(leaf, false, List.of(), Set.of()));
      case FromTree.Join join -> {
        flatten(join.left(), units, conditions);
        Set<TableUse> left = new LinkedHashSet<>(join.left().tables());
        if (join.outer()) {
          Set<TableUse> requires = new LinkedHashSet<>();
          join.on().forEach(c -> requires.addAll(Conditions.tablesOf(c)));
          requires.retainAll(left);
          units.add(new Unit(join.right(), true, join.on(), requires.isEmpty() ? left : requires));
          return;
        }
        int before = units.size();
        flatten(join.right(), units, conditions);
        conditions.addAll(join.on());
        if (join.straight() || goal.straight()) {
          Unit first = units.get(before);
          Set<TableUse> requires = new LinkedHashSet<>(first.requires());
          requires.addAll(left);
          units.set(before, new Unit(first.tree(), first.outer(), first.on(), requires));
        }
      }
    }
  }

  private Planned best(List<Unit> units, List<BoundExpression> conditions, Set<TableUse> outside) {
    Planned best = null;
    double cost = Double.MAX_VALUE;
    for (Unit first : units) {
      if (first.outer() || !first.requires().isEmpty()) {
        continue;
      }
      for (boolean ordered :
          goal.order().isEmpty() ? new boolean[] {false} : new boolean[] {true, false}) {
        Optional<Planned> plan = from(first, units, conditions, outside, ordered);
        if (plan.isEmpty()) {
          continue;
        }
        double total = totalCost(plan.get());
        if (total < cost) {
          cost = total;
          best = plan.get();
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("join: expected a first table, found none");
    }
    return best;
  }

  private double totalCost(Planned plan) {
    double rows = Math.max(1, plan.node().estimatedRows());
    double cost = plan.node().estimatedCost();
    if (goal.order().isEmpty()) {
      return goal.limit() < rows ? cost * goal.limit() / rows : cost;
    }
    if (plan.ordered()) {
      return goal.limit() < rows ? cost * Math.max(goal.limit(), 1) / rows : cost;
    }
    return cost + rows * 0.2 * Math.max(1, Math.log(rows));
  }

  /// The plan that reads `first` first; with `ordered` only if that can give the wanted order.
  private Optional<Planned> from(
      Unit first,
      List<Unit> units,
      List<BoundExpression> conditions,
      Set<TableUse> outside,
      boolean ordered) {
    Set<TableUse> available = new HashSet<>(outside);
    List<BoundExpression> rest = new ArrayList<>(conditions);
    Optional<PlanNode> start = start(first, available, rest, ordered);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    PlanNode plan = start.get();
    List<Unit> left = new ArrayList<>(units);
    left.remove(first);
    while (!left.isEmpty()) {
      Step step = null;
      for (Unit unit : left) {
        if (available.containsAll(unit.requires())) {
          Step candidate = join(plan, ordered, unit, available, rest);
          if (step == null || candidate.node().estimatedCost() < step.node().estimatedCost()) {
            step = candidate;
          }
        }
      }
      if (step == null) {
        throw new IllegalStateException("join: expected a next table, found none");
      }
      plan = step.node();
      left.remove(step.unit());
      available.addAll(step.unit().tables());
      rest.removeAll(step.applied());
    }
    if (!rest.isEmpty()) {
      plan = new Nodes.Filter(plan, List.copyOf(rest), plan.estimatedRows());
    }
    return Optional.of(new Planned(plan, ordered));
  }

  private Optional<PlanNode> start(
      Unit first, Set<TableUse> available, List<BoundExpression> rest, boolean ordered) {
    List<BoundExpression> applied = applicable(rest, first.tables(), available);
    PlanNode node;
    if (ordered) {
      Optional<PlanNode> scan = orderedScan(first, applied, available);
      if (scan.isEmpty()) {
        return Optional.empty();
      }
      node = scan.get();
    } else {
      node = read(first.tree(), applied, available);
    }
    available.addAll(first.tables());
    rest.removeAll(applied);
    return Optional.of(node);
  }

  private Optional<PlanNode> orderedScan(
      Unit first, List<BoundExpression> applied, Set<TableUse> available) {
    if (!(first.tree() instanceof FromTree.Leaf(TableUse table))) {
      return Optional.empty();
    }
    BaseTable base = table.baseTable();
    if (base == null) {
      return Optional.empty();
    }
    Access best = null;
    double cost = Double.MAX_VALUE;
    for (Access candidate : access.candidates(table, base, applied, available, mayCover(table))) {
      Optional<Boolean> down = AccessPlanner.order(candidate, base, table, goal.order());
      if (down.isPresent()) {
        double needed = Math.min(1, goal.limit() / Math.max(candidate.rows(), 1));
        if (candidate.cost() * needed < cost) {
          cost = candidate.cost() * needed;
          best = candidate.withOrder(down.get(), candidate.cost());
        }
      }
    }
    return Optional.ofNullable(best).map(b -> scan(table, base, b, applied));
  }

  private boolean mayCover(TableUse table) {
    return goal.mayCover() && locks.of(table).mode() == LockMode.NONE;
  }

  private static List<BoundExpression> applicable(
      List<BoundExpression> conditions, List<TableUse> tables, Set<TableUse> available) {
    List<BoundExpression> list = new ArrayList<>();
    for (BoundExpression condition : conditions) {
      Set<TableUse> used = new HashSet<>(Conditions.tablesOf(condition));
      used.removeAll(available);
      used.removeAll(tables);
      if (used.isEmpty()) {
        list.add(condition);
      }
    }
    return list;
  }

  private record Step(PlanNode node, Unit unit, List<BoundExpression> applied) {}

  /// The join of what is planned with one more unit.
  private Step join(
      PlanNode left,
      boolean ordered,
      Unit unit,
      Set<TableUse> available,
      List<BoundExpression> rest) {
    List<BoundExpression> applied =
        unit.outer() ? List.of() : applicable(rest, unit.tables(), available);
    List<BoundExpression> conditions = unit.outer() ? unit.on() : applied;
    PlanNode inner = read(unit.tree(), conditions, available);
    double leftRows = Math.max(1, left.estimatedRows());
    double rows =
        leftRows * (unit.outer() ? Math.max(1, inner.estimatedRows()) : inner.estimatedRows());
    double nested = left.estimatedCost() + leftRows * inner.estimatedCost();
    Optional<Joins.Hash> hashed = hash(left, unit, available, conditions, rows);
    if (hashed.isPresent() && hashed.get().estimatedCost() < nested) {
      return new Step(ordered ? hashed.get().keepingOrder() : hashed.get(), unit, applied);
    }
    PlanNode loop =
        new Joins.NestedLoop(left, inner, unit.outer(), List.of(), slotsOf(unit), rows, nested);
    return new Step(loop, unit, applied);
  }

  private static List<Integer> slotsOf(Unit unit) {
    return unit.tables().stream().flatMap(t -> t.allSlots().stream()).toList();
  }

  private Optional<Joins.Hash> hash(
      PlanNode left,
      Unit unit,
      Set<TableUse> available,
      List<BoundExpression> conditions,
      double rows) {
    Set<TableUse> own = new HashSet<>(unit.tables());
    if (readsOutside(unit, available)) {
      return Optional.empty();
    }
    List<BoundExpression> leftKeys = new ArrayList<>();
    List<BoundExpression> rightKeys = new ArrayList<>();
    List<ValueComparator> comparators = new ArrayList<>();
    List<BoundExpression> inside = new ArrayList<>();
    List<BoundExpression> between = new ArrayList<>();
    for (BoundExpression condition : conditions) {
      if (own.containsAll(Conditions.tablesOf(condition))) {
        inside.add(condition);
      } else if (!equiJoin(condition, own, leftKeys, rightKeys, comparators)) {
        between.add(condition);
      }
    }
    if (leftKeys.isEmpty()) {
      return Optional.empty();
    }
    PlanNode build = read(unit.tree(), inside, Set.of());
    double cost =
        left.estimatedCost()
            + build.estimatedCost()
            + build.estimatedRows() * 0.5
            + Math.max(1, left.estimatedRows()) * 0.3
            + 2;
    return Optional.of(
        new Joins.Hash(
            left,
            build,
            unit.outer(),
            false,
            leftKeys,
            rightKeys,
            comparators,
            between,
            slotsOf(unit),
            rows,
            cost));
  }

  /// A nest or a derived table that reads other tables cannot be kept in a hash table.
  private static boolean readsOutside(Unit unit, Set<TableUse> available) {
    for (TableUse table : unit.tables()) {
      BoundQuery query = table.query();
      if (query != null
          && query.outerReferences().stream().anyMatch(c -> available.contains(c.table()))) {
        return true;
      }
    }
    Set<TableUse> nested = new HashSet<>();
    collectNested(unit.tree(), nested);
    nested.removeAll(unit.tables());
    return !nested.isEmpty();
  }

  private boolean equiJoin(
      BoundExpression condition,
      Set<TableUse> own,
      List<BoundExpression> leftKeys,
      List<BoundExpression> rightKeys,
      List<ValueComparator> comparators) {
    if (!(condition instanceof Call call) || !call.name().equals("=")) {
      return false;
    }
    for (int side = 0; side < 2; side++) {
      BoundExpression right = call.operand(side);
      BoundExpression left = call.operand(1 - side);
      Set<TableUse> rightTables = Conditions.tablesOf(right);
      Set<TableUse> leftTables = new HashSet<>(Conditions.tablesOf(left));
      leftTables.retainAll(own);
      if (!rightTables.isEmpty() && own.containsAll(rightTables) && leftTables.isEmpty()) {
        leftKeys.add(left);
        rightKeys.add(right);
        comparators.add(
            ComparisonRules.between(left.argument(), right.argument(), "=", queries.context())
                .comparator());
        return true;
      }
    }
    return false;
  }

  /// A plan that reads one table or nest, all `conditions` applied.
  private PlanNode read(FromTree tree, List<BoundExpression> conditions, Set<TableUse> available) {
    if (tree instanceof FromTree.Leaf(TableUse table)) {
      return readTable(table, conditions, available);
    }
    Goal inner = new Goal(List.of(), Double.MAX_VALUE, goal.straight(), goal.mayCover());
    return new JoinPlanner(access, queries, counter, locks, inner).plan(tree, conditions).node();
  }

  private PlanNode readTable(
      TableUse table, List<BoundExpression> conditions, Set<TableUse> available) {
    BaseTable base = table.baseTable();
    if (base != null) {
      Access best = null;
      for (Access candidate :
          access.candidates(table, base, conditions, available, mayCover(table))) {
        if (best == null || candidate.cost() < best.cost()) {
          best = candidate;
        }
      }
      if (best == null) {
        throw new IllegalStateException("table " + base + ": expected a way to read it");
      }
      return scan(table, base, best, conditions);
    }
    if (table.source() instanceof VirtualTable virtual) {
      return new VirtualScan(table, virtual, equalities(table, conditions, available), conditions);
    }
    return readDerived(table, conditions, available);
  }

  private static Map<Integer, BoundExpression> equalities(
      TableUse table, List<BoundExpression> conditions, Set<TableUse> available) {
    Map<Integer, BoundExpression> map = new HashMap<>();
    for (BoundExpression condition : conditions) {
      if (condition instanceof Call call && call.name().equals("=")) {
        for (int side = 0; side < 2; side++) {
          BoundExpression value = call.operand(1 - side);
          if (call.operand(side) instanceof Column column
              && column.table().equals(table)
              && available.containsAll(Conditions.tablesOf(value))) {
            map.putIfAbsent(column.column(), value);
          }
        }
      }
    }
    return map;
  }

  private PlanNode readDerived(
      TableUse table, List<BoundExpression> conditions, Set<TableUse> available) {
    BoundQuery query = table.query();
    if (query == null) {
      throw new IllegalStateException("table " + table + ": expected a query");
    }
    PlanNode node = new DerivedScan(table, queries.plan(query), query);
    if (!query.isCorrelated()) {
      node = new Joins.Materialize(node, List.copyOf(table.allSlots()), counter.nextMemory());
    }
    if (conditions.isEmpty()) {
      return node;
    }
    double rows = node.estimatedRows();
    for (BoundExpression condition : conditions) {
      rows *= Selectivity.of(condition);
    }
    return new Nodes.Filter(node, conditions, rows);
  }

  private PlanNode scan(
      TableUse table, BaseTable base, Access chosen, List<BoundExpression> conditions) {
    List<BoundExpression> rest = new ArrayList<>(conditions);
    rest.removeAll(chosen.handled());
    return Scans.make(table, base, chosen, rest, locks.of(table));
  }
}
