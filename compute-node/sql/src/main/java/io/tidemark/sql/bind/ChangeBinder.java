package io.tidemark.sql.bind;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.TableReference;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.bind.BoundChange.Target;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Binds UPDATE and DELETE. Confined to the binding thread.
public final class ChangeBinder {
  private final Binding binding;
  private final Scope scope = new Scope(null, null);

  public ChangeBinder(Binding binding) {
    this.binding = binding;
  }

  public BoundChange.Update bind(DataStatement.Update update) {
    refuseCommonTables(update.with());
    FromTree from = new FromBinder(binding, null, null).bind(update.tables(), scope);
    if (scope.tables().size() > 1 && (!update.orderBy().isEmpty() || update.limit().isPresent())) {
      throw new Rejected(
          MySqlError.WRONG_USAGE, "UPDATE", update.orderBy().isEmpty() ? "LIMIT" : "ORDER BY");
    }
    List<Target> targets = assignments(update.assignments());
    List<BoundExpression> where = where(update.where());
    List<SortKey> order = order(update.orderBy());
    targets.forEach(t -> refuseUseInSubquery(t.table(), t.base()));
    return new BoundChange.Update(
        from,
        targets,
        where,
        order,
        QueryBinder.outermost(binding).limit(update.limit(), Expression.ABSENT),
        update.ignore());
  }

  private static void refuseCommonTables(Query.With with) {
    if (!with.tables().isEmpty()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "WITH before UPDATE or DELETE");
    }
  }

  private ExpressionBinder binder(String clause) {
    return new ExpressionBinder(
        binding,
        scope,
        clause,
        new ExpressionBinder.Names() {
          @Override
          public BoundExpression defaultOf(BoundExpression.Column column) {
            return InsertBinder.defaultValue(binding, column);
          }
        });
  }

  private List<Target> assignments(List<DataStatement.SetItem> items) {
    TreeMap<Integer, List<Assignment>> byTable = new TreeMap<>();
    for (DataStatement.SetItem item : items) {
      BoundExpression.Column column = scope.resolve(item.column(), "field list");
      int table = scope.tables().indexOf(column.table());
      if (table < 0 || column.table().baseTable() == null) {
        throw new Rejected(MySqlError.NON_UPDATABLE_TABLE, column.table().alias(), "UPDATE");
      }
      column.table().setWritten();
      Optional<BoundExpression> value =
          item.value() instanceof Expression.DefaultValue
              ? Optional.empty()
              : Optional.of(binder("field list").bind(item.value()));
      byTable
          .computeIfAbsent(table, _ -> new ArrayList<>())
          .add(new Assignment(column.column(), value));
    }
    List<Target> targets = new ArrayList<>();
    byTable.forEach((table, list) -> targets.add(target(scope.tables().get(table), list)));
    return targets;
  }

  private static Target target(TableUse table, List<Assignment> assignments) {
    BaseTable base = table.baseTable();
    if (base == null) {
      throw new Rejected(MySqlError.NON_UPDATABLE_TABLE, table.alias(), "DELETE");
    }
    return new Target(table, base, List.copyOf(assignments));
  }

  private List<BoundExpression> where(Expression where) {
    return where.isPresent() ? Conditions.conjuncts(binder("where clause").bind(where)) : List.of();
  }

  private List<SortKey> order(List<Expression.OrderItem> items) {
    List<SortKey> keys = new ArrayList<>();
    for (Expression.OrderItem item : items) {
      keys.add(new SortKey(binder("order clause").bind(item.expression()), item.descending()));
    }
    return keys;
  }

  /// A table that is changed must not be read by a subquery of the same statement.
  private void refuseUseInSubquery(TableUse changed, BaseTable base) {
    for (TableUse other : binding.counter().tables()) {
      BaseTable same = other.baseTable();
      if (same != null
          && !scope.tables().contains(other)
          && !other.isInsideDerived()
          && same.descriptor().tableId() == base.descriptor().tableId()) {
        throw new Rejected(MySqlError.UPDATE_TABLE_USED, changed.alias());
      }
    }
  }

  public BoundChange.Delete bind(DataStatement.Delete delete) {
    refuseCommonTables(delete.with());
    FromTree from = new FromBinder(binding, null, null).bind(delete.tables(), scope);
    List<Target> targets = new ArrayList<>();
    if (delete.targets().isEmpty()) {
      targets.add(written(scope.tables().getFirst()));
    }
    for (QualifiedName name : delete.targets()) {
      targets.add(written(find(name)));
    }
    List<BoundExpression> where = where(delete.where());
    List<SortKey> order = order(delete.orderBy());
    targets.forEach(t -> refuseUseInSubquery(t.table(), t.base()));
    return new BoundChange.Delete(
        from,
        targets,
        where,
        order,
        QueryBinder.outermost(binding).limit(delete.limit(), Expression.ABSENT),
        delete.ignore());
  }

  private static Target written(TableUse table) {
    table.setWritten();
    return target(table, List.of());
  }

  private TableUse find(QualifiedName name) {
    for (TableUse table : scope.tables()) {
      if (Scope.isNamed(table, name.database(), name.name())) {
        return table;
      }
    }
    throw new Rejected(MySqlError.UNKNOWN_TABLE, name.name(), "MULTI DELETE");
  }

  /// The only table of a reference, for statements that name one.
  static TableUse single(Binding binding, QualifiedName name) {
    return new FromBinder(binding, null, null)
        .named(new TableReference.Named(name, "", List.of(), List.of()));
  }
}
