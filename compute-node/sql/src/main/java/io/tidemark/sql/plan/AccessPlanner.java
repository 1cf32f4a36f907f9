package io.tidemark.sql.plan;

import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.sql.ast.TableReference.IndexHint;
import io.tidemark.sql.ast.TableReference.IndexHintKind;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.execute.IndexRanges;
import io.tidemark.sql.execute.IndexRanges.Interval;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.KeyReader;
import io.tidemark.sql.value.IntValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the ways to read a stored table through its indexes, and what each costs.
///
/// Without statistics of the index's keys the number of rows with the same first j of n key columns
/// is taken as N^(1 - j/n) of N rows, for an index that is not unique with n + 1 for n. Confined to
/// the planning thread.
final class AccessPlanner {
  /// Below the cost of scanning an empty table.
  private static final double UNIQUE_POINT = 0.9;

  /// Share of a scan's cost that a lookup of one key costs at most.
  private static final double BEFORE_SCAN = 0.95;

  private static final double SEEK = 1.5;
  private static final double COVERED_ROW = 0.4;
  private static final double LOOKUP = 1.2;
  private static final double ONE_SIDED = 1.0 / 3;
  private static final double TWO_SIDED = 0.05;
  private static final int MAX_ALTERNATIVES = 4096;

  private final DataDictionary dictionary;

  AccessPlanner(DataDictionary dictionary) {
    this.dictionary = dictionary;
  }

  double tableRows(BaseTable table) {
    return Math.max(1, dictionary.estimatedRows(table.descriptor()));
  }

  /// All sensible ways to read `table`, when the `available` tables' values are known.
  List<Access> candidates(
      TableUse table,
      BaseTable base,
      List<BoundExpression> conditions,
      Set<TableUse> available,
      boolean mayCover) {
    List<ColumnCondition> found = new ArrayList<>();
    for (BoundExpression condition : conditions) {
      found.addAll(ColumnCondition.of(condition, table, available));
    }
    List<Access> list = new ArrayList<>();
    for (int index = 0; index < base.indexes().size(); index++) {
      if (index == 0 || isAllowed(table, base.indexes().get(index))) {
        candidate(table, base, index, found, conditions, mayCover).ifPresent(list::add);
      }
    }
    return hinted(table, base, list);
  }

  private static boolean isAllowed(TableUse table, IndexDefinition index) {
    if (index.invisible() && !index.isHidden()) {
      return false;
    }
    for (IndexHint hint : table.hints()) {
      boolean named = hint.indexes().stream().anyMatch(n -> n.equalsIgnoreCase(index.name()));
      if (hint.kind() == IndexHintKind.IGNORE ? named : !named) {
        return false;
      }
    }
    return true;
  }

  /// With FORCE INDEX a full scan only if no named index can be searched.
  private static List<Access> hinted(TableUse table, BaseTable base, List<Access> list) {
    boolean forced =
        table.hints().stream()
            .anyMatch(h -> h.kind() == IndexHintKind.FORCE || h.kind() == IndexHintKind.USE);
    boolean primaryNamed = isAllowed(table, base.indexes().get(0));
    if (!forced || primaryNamed) {
      return list;
    }
    List<Access> named =
        list.stream().filter(a -> a.ranges().indexNo() != 0 && !a.ranges().isAll()).toList();
    return named.isEmpty() ? list : named;
  }

  private Optional<Access> candidate(
      TableUse table,
      BaseTable base,
      int indexNo,
      List<ColumnCondition> found,
      List<BoundExpression> conditions,
      boolean mayCover) {
    IndexDefinition index = base.indexes().get(indexNo);
    List<List<Interval>> parts = new ArrayList<>();
    List<BoundExpression> handled = new ArrayList<>();
    Estimate estimate = new Estimate(tableRows(base), index);
    long alternatives = 1;
    for (IndexDefinition.Column part : index.columns()) {
      Optional<ColumnCondition> points = bestPoints(found, part.column());
      if (points.isPresent()
          && alternatives * points.get().intervals().size() <= MAX_ALTERNATIVES * 16L
          && (parts.isEmpty()
              || alternatives * points.get().intervals().size() <= MAX_ALTERNATIVES)) {
        alternatives *= points.get().intervals().size();
        parts.add(points.get().intervals());
        handle(points.get(), part, handled);
        estimate.points(points.get().intervals().size());
        continue;
      }
      List<ColumnCondition> intervals =
          found.stream().filter(c -> c.column() == part.column() && !c.isPoints()).toList();
      if (!intervals.isEmpty()) {
        addIntervals(parts, intervals, part, handled, estimate);
      }
      break;
    }
    boolean covering = mayCover && indexNo != 0 && isCovering(table, base, indexNo);
    if (parts.isEmpty() && indexNo != 0 && index.columns().isEmpty()) {
      return Optional.empty();
    }
    double rowsRead = estimate.rows();
    double perRow = indexNo == 0 ? 1 : covering ? COVERED_ROW : 1 + LOOKUP;
    double cost = SEEK * Math.min((double) alternatives, Math.max(rowsRead, 1)) + rowsRead * perRow;
    if (estimate.isUniquePoint()) {
      // However small the table: a scan would lock all its rows where this locks one.
      cost = Math.min(cost, UNIQUE_POINT);
    } else if (estimate.singlePoints() > 0) {
      cost = Math.min(cost, (SEEK + estimate.tableRows) * BEFORE_SCAN);
    }
    double rows = rowsRead;
    for (BoundExpression condition : conditions) {
      if (!handled.contains(condition) && !isUsed(condition, found, parts, index)) {
        rows *= Selectivity.of(condition);
      }
    }
    return Optional.of(
        new Access(
            new IndexRanges(indexNo, parts),
            estimate.singlePoints(),
            covering,
            false,
            handled,
            rowsRead,
            Math.max(rows, 0.01),
            cost));
  }

  private static boolean isUsed(
      BoundExpression condition,
      List<ColumnCondition> found,
      List<List<Interval>> parts,
      IndexDefinition index) {
    for (int i = 0; i < parts.size(); i++) {
      int column = index.columns().get(i).column();
      List<Interval> part = parts.get(i);
      if (found.stream()
          .anyMatch(c ->
              c.condition().equals(condition)
                  && c.column() == column
                  && c.intervals().equals(part))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<ColumnCondition> bestPoints(List<ColumnCondition> found, int column) {
    return found.stream()
        .filter(c -> c.column() == column && c.isPoints())
        .min(java.util.Comparator.comparingInt(c -> c.intervals().size()));
  }

  private static void handle(
      ColumnCondition condition, IndexDefinition.Column part, List<BoundExpression> handled) {
    if (condition.exact() && part.prefixLength() == 0) {
      handled.add(condition.condition());
    }
  }

  /// Takes several intervals of one column together where each is a single one.
  private static void addIntervals(
      List<List<Interval>> parts,
      List<ColumnCondition> conditions,
      IndexDefinition.Column part,
      List<BoundExpression> handled,
      Estimate estimate) {
    Optional<ColumnCondition> several =
        conditions.stream().filter(c -> c.intervals().size() > 1).findFirst();
    if (several.isPresent() && conditions.stream().noneMatch(c -> c.intervals().size() == 1)) {
      parts.add(several.get().intervals());
      handle(several.get(), part, handled);
      estimate.interval(false, several.get().intervals().size());
      return;
    }
    Interval merged = new Interval(Optional.empty(), true, Optional.empty(), true, false, false);
    for (ColumnCondition condition : conditions) {
      if (condition.intervals().size() > 1) {
        continue;
      }
      Interval next = condition.intervals().getFirst();
      boolean fits =
          (next.low().isEmpty() || merged.low().isEmpty())
              && (next.high().isEmpty() || merged.high().isEmpty());
      if (fits) {
        merged = merge(merged, next);
        handle(condition, part, handled);
      }
    }
    parts.add(List.of(merged));
    estimate.interval(merged);
  }

  private static Interval merge(Interval a, Interval b) {
    boolean lowOfB = b.low().isPresent();
    boolean highOfB = b.high().isPresent();
    return new Interval(
        lowOfB ? b.low() : a.low(),
        lowOfB ? b.lowInclusive() : a.lowInclusive(),
        highOfB ? b.high() : a.high(),
        highOfB ? b.highInclusive() : a.highInclusive(),
        false,
        false);
  }

  static boolean isCovering(TableUse table, BaseTable base, int indexNo) {
    KeyReader reader = base.newKeyReader(indexNo);
    for (int column : table.columnArray()) {
      if (!reader.has(column)) {
        return false;
      }
    }
    return true;
  }

  /// Whether reading `access` upwards or downwards gives rows ordered by `keys`; the answer is
  /// whether downwards.
  static Optional<Boolean> order(
      Access access, BaseTable base, TableUse table, List<SortKey> keys) {
    IndexDefinition index = base.indexes().get(access.ranges().indexNo());
    if (index.isHidden()) {
      return Optional.empty();
    }
    List<IndexDefinition.Column> columns = new ArrayList<>(index.columns());
    if (access.ranges().indexNo() != 0) {
      columns.addAll(base.indexes().get(0).columns());
    }
    Set<Integer> fixed = new java.util.HashSet<>();
    for (int i = 0; i < access.equalParts(); i++) {
      fixed.add(index.columns().get(i).column());
    }
    Optional<Boolean> descending = Optional.empty();
    int at = access.equalParts();
    for (SortKey key : keys) {
      if (!(key.expression() instanceof Column column) || !column.table().equals(table)) {
        return Optional.empty();
      }
      if (fixed.contains(column.column())) {
        continue;
      }
      while (at < columns.size() && fixed.contains(columns.get(at).column())) {
        at++;
      }
      if (at >= columns.size()
          || columns.get(at).column() != column.column()
          || columns.get(at).prefixLength() != 0) {
        return Optional.empty();
      }
      boolean down = key.descending() != columns.get(at).descending();
      if (descending.isPresent() && descending.get() != down) {
        return Optional.empty();
      }
      descending = Optional.of(down);
      fixed.add(column.column());
      at++;
    }
    return Optional.of(descending.orElse(false));
  }

  /// How many entries of an index remain as its columns are bound one after the other.
  private static final class Estimate {
    private final double tableRows;
    private final int parts;
    private final boolean unique;
    private double points = 1;
    private double fraction = 1;
    private double limit = Double.MAX_VALUE;
    private int bound;
    private int singles;
    private boolean onlySingles = true;

    Estimate(double tableRows, IndexDefinition index) {
      this.tableRows = tableRows;
      this.parts = index.columns().size();
      this.unique = index.unique();
    }

    void points(int count) {
      bound++;
      points *= count;
      if (count == 1 && onlySingles) {
        singles++;
      } else {
        onlySingles = false;
      }
    }

    void interval(boolean twoSided, int count) {
      fraction = Math.min(1, (twoSided ? TWO_SIDED : ONE_SIDED) * count);
    }

    void interval(Interval interval) {
      boolean low = interval.low().isPresent();
      boolean high = interval.high().isPresent();
      fraction = low && high ? TWO_SIDED : low || high ? ONE_SIDED : 0.9;
      boolean last = unique && bound == parts - 1;
      if (last
          && interval.low().orElse(null) instanceof Constant a
          && interval.high().orElse(null) instanceof Constant b
          && a.value() instanceof IntValue from
          && b.value() instanceof IntValue to) {
        limit = Math.max(1, (double) to.value() - (double) from.value() + 1);
      }
    }

    /// Whether at most one row qualifies.
    boolean isUniquePoint() {
      return unique && singles == parts;
    }

    int singlePoints() {
      return singles;
    }

    double rows() {
      int columns = unique ? parts : parts + 1;
      double perPoint =
          bound == 0
              ? tableRows
              : Math.pow(tableRows, 1 - (double) Math.min(bound, columns) / columns);
      return Math.max(0.1, Math.min(Math.min(tableRows, limit), perPoint * points * fraction));
    }
  }
}
