package io.tidemark.sql.bind;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Binds INSERT and REPLACE. Confined to the binding thread.
public final class InsertBinder {
  private final Binding binding;

  public InsertBinder(Binding binding) {
    this.binding = binding;
  }

  public BoundChange.Insert bind(DataStatement.Insert insert) {
    TableUse target = ChangeBinder.single(binding, insert.table());
    BaseTable table = target.baseTable();
    if (table == null) {
      throw new Rejected(MySqlError.NON_INSERTABLE_TABLE, insert.table().name(), "INSERT");
    }
    List<Integer> columns = columns(insert, target);
    TableUse inserted =
        new TableUse(
            insert.rowAlias().isEmpty() ? "" : insert.rowAlias(),
            table,
            insertedFields(insert, target, columns),
            binding.counter(),
            List.of());
    List<List<Optional<BoundExpression>>> rows = rows(insert, target, columns);
    Optional<BoundQuery> query = Optional.empty();
    if (!insert.query().isEmpty()) {
      BoundQuery bound = QueryBinder.outermost(binding).bind(insert.query().getFirst());
      if (bound.outputs().size() != columns.size()) {
        throw new Rejected(MySqlError.WRONG_VALUE_COUNT_ON_ROW, 1);
      }
      query = Optional.of(bound);
    }
    return new BoundChange.Insert(
        target,
        inserted,
        table,
        insert.replace(),
        insert.ignore(),
        columns,
        rows,
        query,
        onDuplicate(insert, target, inserted));
  }

  private static List<TableUse.Field> insertedFields(
      DataStatement.Insert insert, TableUse target, List<Integer> columns) {
    if (insert.columnAliases().isEmpty()) {
      return target.fields();
    }
    if (insert.columnAliases().size() != columns.size()) {
      throw new Rejected(MySqlError.VIEW_WRONG_LIST);
    }
    List<TableUse.Field> fields = new ArrayList<>(target.fields());
    for (int i = 0; i < columns.size(); i++) {
      TableUse.Field old = fields.get(columns.get(i));
      fields.set(
          columns.get(i),
          new TableUse.Field(
              insert.columnAliases().get(i),
              old.type(),
              old.nullable(),
              old.invisible(),
              old.flags()));
    }
    return fields;
  }

  private static List<Integer> columns(DataStatement.Insert insert, TableUse target) {
    if (insert.columns().isEmpty()) {
      boolean noValues = insert.rows().stream().allMatch(List::isEmpty) && insert.query().isEmpty();
      return noValues ? List.of() : target.visibleFields();
    }
    List<Integer> columns = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (String name : insert.columns()) {
      int column = target.indexOfField(name);
      if (column < 0) {
        throw new Rejected(MySqlError.BAD_FIELD, name, "field list");
      }
      if (!seen.add(column)) {
        throw new Rejected(MySqlError.FIELD_SPECIFIED_TWICE, name);
      }
      columns.add(column);
    }
    return columns;
  }

  private List<List<Optional<BoundExpression>>> rows(
      DataStatement.Insert insert, TableUse target, List<Integer> columns) {
    Scope scope = new Scope(null, null);
    scope.add(target);
    ExpressionBinder binder = new ExpressionBinder(binding, scope, "field list", defaults());
    List<List<Optional<BoundExpression>>> rows = new ArrayList<>();
    for (List<Expression> row : insert.rows()) {
      if (row.size() != columns.size() && !(row.isEmpty() && insert.columns().isEmpty())) {
        throw new Rejected(MySqlError.WRONG_VALUE_COUNT_ON_ROW, rows.size() + 1);
      }
      List<Optional<BoundExpression>> bound = new ArrayList<>();
      for (Expression value : row) {
        bound.add(
            value instanceof Expression.DefaultValue
                ? Optional.empty()
                : Optional.of(binder.bind(value)));
      }
      rows.add(bound);
    }
    return rows;
  }

  private ExpressionBinder.Names defaults() {
    return new ExpressionBinder.Names() {
      @Override
      public BoundExpression defaultOf(BoundExpression.Column column) {
        return defaultValue(binding, column);
      }
    };
  }

  /// `DEFAULT(column)`.
  static BoundExpression defaultValue(Binding binding, BoundExpression.Column column) {
    BaseTable table = column.table().baseTable();
    if (table == null) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "DEFAULT(column) of a derived table");
    }
    ColumnDefinition definition = table.columns().get(column.column());
    return switch (definition.defaultValue()) {
      case ColumnDefault.None _ ->
          throw new Rejected(MySqlError.NO_DEFAULT_FOR_FIELD, definition.name());
      case ColumnDefault.CurrentTimestamp _ ->
          throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "DEFAULT(column) of CURRENT_TIMESTAMP");
      default ->
          BoundExpression.Constant.of(
              definition.type(), table.defaultValue(column.column(), binding.context().timeZone()));
    };
  }

  private List<Assignment> onDuplicate(
      DataStatement.Insert insert, TableUse target, TableUse inserted) {
    Scope scope = new Scope(null, null);
    scope.add(target);
    if (!insert.rowAlias().isEmpty()) {
      if (insert.rowAlias().equalsIgnoreCase(target.alias())) {
        throw new Rejected(MySqlError.NONUNIQ_TABLE, insert.rowAlias());
      }
      scope.tables().add(inserted);
      insert.columnAliases().forEach(alias -> addAlias(scope, target, inserted, alias));
    }
    ExpressionBinder binder =
        new ExpressionBinder(
            binding,
            scope,
            "field list",
            new ExpressionBinder.Names() {
              @Override
              public BoundExpression valuesOf(Expression.ColumnName column) {
                int number = target.indexOfField(column.name());
                if (number < 0) {
                  throw new Rejected(MySqlError.BAD_FIELD, column.toString(), "field list");
                }
                return new BoundExpression.Column(inserted, number);
              }

              @Override
              public BoundExpression defaultOf(BoundExpression.Column column) {
                return defaultValue(binding, column);
              }
            });
    List<Assignment> list = new ArrayList<>();
    for (DataStatement.SetItem item : insert.onDuplicate()) {
      int column = target.indexOfField(item.column().name());
      if (column < 0) {
        throw new Rejected(MySqlError.BAD_FIELD, item.column().toString(), "field list");
      }
      list.add(
          new Assignment(
              column,
              item.value() instanceof Expression.DefaultValue
                  ? Optional.empty()
                  : Optional.of(binder.bind(item.value()))));
    }
    return list;
  }

  private static void addAlias(Scope scope, TableUse target, TableUse inserted, String alias) {
    for (int i = 0; i < inserted.fields().size(); i++) {
      if (inserted.fields().get(i).name().equalsIgnoreCase(alias)
          && target.indexOfField(alias) < 0) {
        scope.columns().add(new Scope.Visible(alias, inserted, i));
      }
    }
  }
}
