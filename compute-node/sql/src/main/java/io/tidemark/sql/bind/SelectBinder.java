package io.tidemark.sql.bind;

import io.tidemark.engine.LockWait;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.Computed;
import io.tidemark.sql.bind.BoundQuery.Output;
import io.tidemark.sql.bind.BoundQuery.RowLocking;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.type.ColumnMetadata;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Binds one query block. Made for each block. Confined to the binding thread.
final class SelectBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private final QueryBinder.@Nullable CommonTables commonTables;
  private final Scope scope;
  private final List<Output> outputs = new ArrayList<>();
  private final List<Boolean> aliased = new ArrayList<>();
  private final List<Computed> computed = new ArrayList<>();
  private final AggregateBinder aggregates;

  SelectBinder(
      Binding binding, @Nullable Scope outer, QueryBinder.@Nullable CommonTables commonTables) {
    this.binding = binding;
    this.outer = outer;
    this.commonTables = commonTables;
    this.scope = new Scope(outer, commonTables);
    this.aggregates = new AggregateBinder(binding, scope);
  }

  BoundQuery bind(Query.Specification block, Query query) {
    if (block.rollup()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "WITH ROLLUP");
    }
    Optional<FromTree> from = Optional.empty();
    if (!block.from().isEmpty()) {
      from = Optional.of(new FromBinder(binding, outer, commonTables).bind(block.from(), scope));
    }
    List<BoundExpression> where = new ArrayList<>();
    if (block.where().isPresent()) {
      where.addAll(Conditions.conjuncts(plain("where clause").bind(block.where())));
    }
    bindItems(block.items());
    List<BoundExpression> groupBy = groupBy(block.groupBy());
    List<BoundExpression> having = new ArrayList<>();
    if (block.having().isPresent()) {
      having.addAll(Conditions.conjuncts(afterGrouping("having clause").bind(block.having())));
    }
    List<SortKey> orderBy = orderBy(query.orderBy());
    List<Aggregate> found = aggregates.aggregates();
    boolean grouped = !groupBy.isEmpty() || !found.isEmpty();
    if (grouped && binding.session().onlyFullGroupBy()) {
      new GroupingCheck(from, where, groupBy).check(outputs, having, orderBy);
    }
    computeVolatile(orderBy);
    return new BoundQuery.Select(
        List.copyOf(outputs),
        from,
        List.copyOf(scope.tables()),
        where,
        grouped,
        groupBy,
        found,
        having,
        computed,
        block.options().distinct(),
        orderBy,
        QueryBinder.within(binding, outer, commonTables).limit(query),
        locking(query.locking()),
        block.options().straightJoin(),
        block.options().calcFoundRows(),
        scope.outerReferences());
  }

  private ExpressionBinder plain(String clause) {
    return new ExpressionBinder(binding, scope, clause, new ExpressionBinder.Names() {});
  }

  private void bindItems(List<Query.SelectItem> items) {
    ExpressionBinder binder =
        new ExpressionBinder(binding, scope, "field list", aggregates.allowed());
    for (Query.SelectItem item : items) {
      switch (item) {
        case Query.Star star -> expand(star);
        case Query.Item single -> {
          BoundExpression expression = binder.bind(single.expression());
          add(expression, single.name(), single.aliased());
        }
      }
    }
  }

  private void expand(Query.Star star) {
    if (scope.tables().isEmpty()) {
      throw new Rejected(MySqlError.NO_TABLES_USED);
    }
    if (star.table().isEmpty()) {
      for (Scope.Visible column : List.copyOf(scope.columns())) {
        add(new BoundExpression.Column(column.table(), column.column()), column.name(), false);
      }
      return;
    }
    boolean found = false;
    for (TableUse table : scope.tables()) {
      if (Scope.isNamed(table, star.database(), star.table())) {
        found = true;
        for (int column : table.visibleFields()) {
          add(new BoundExpression.Column(table, column), table.fields().get(column).name(), false);
        }
      }
    }
    if (!found) {
      throw new Rejected(MySqlError.BAD_TABLE, star.table());
    }
  }

  private void add(BoundExpression expression, String name, boolean isAlias) {
    boolean nullable = expression.isNullable();
    outputs.add(new Output(name, expression, resultColumn(expression, name, nullable), nullable));
    aliased.add(isAlias);
  }

  static ResultColumn resultColumn(BoundExpression expression, String name, boolean nullable) {
    if (expression instanceof BoundExpression.Column column) {
      TableUse table = column.table();
      boolean base = table.source() != null;
      int flags = column.field().flags();
      if (table.isNullable()) {
        flags &= ~ColumnMetadata.NOT_NULL_FLAG;
      }
      var source = table.source();
      return new ResultColumn(
          table.database(),
          table.alias(),
          source == null ? "" : source.name(),
          name,
          base ? column.field().name() : "",
          expression.type(),
          flags);
    }
    int flags = nullable ? 0 : ColumnMetadata.NOT_NULL_FLAG;
    return new ResultColumn("", "", "", name, "", expression.type(), flags);
  }

  /// The select item that an unqualified name, or a column that is selected under its own name,
  /// means.
  private Optional<BoundExpression> alias(Expression.ColumnName name, boolean onlyAliases) {
    if (!name.table().isEmpty()) {
      return Optional.empty();
    }
    Optional<BoundExpression> found = Optional.empty();
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      if (output.name().equalsIgnoreCase(name.name()) && (aliased.get(i) || !onlyAliases)) {
        if (found.isPresent() && !found.get().sameAs(output.expression())) {
          throw new Rejected(MySqlError.NON_UNIQ, name.toString(), "order clause");
        }
        found = Optional.of(output.expression());
      }
    }
    return found;
  }

  private List<BoundExpression> groupBy(List<Expression.OrderItem> items) {
    List<BoundExpression> list = new ArrayList<>();
    ExpressionBinder binder =
        new ExpressionBinder(
            binding,
            scope,
            "group statement",
            new ExpressionBinder.Names() {
              @Override
              public Optional<BoundExpression> aliasAfter(Expression.ColumnName name) {
                return alias(name, true);
              }
            });
    for (Expression.OrderItem item : items) {
      Optional<Integer> position = QueryBinder.position(item.expression());
      BoundExpression expression =
          position.isPresent()
              ? outputs
                  .get(QueryBinder.checked(position.get(), outputs.size(), "group statement"))
                  .expression()
              : binder.bind(item.expression());
      if (aggregates.contains(expression)) {
        throw new Rejected(
            MySqlError.WRONG_GROUP_FIELD, position.map(p -> outputs.get(p - 1).name()).orElse("*"));
      }
      list.add(expression);
    }
    return list;
  }

  private ExpressionBinder afterGrouping(String clause) {
    ExpressionBinder.Names allowed = aggregates.allowed();
    return new ExpressionBinder(
        binding,
        scope,
        clause,
        new ExpressionBinder.Names() {
          @Override
          public Optional<BoundExpression> aliasBefore(Expression.ColumnName name) {
            return alias(name, true);
          }

          @Override
          public BoundExpression aggregate(Expression.AggregateCall call) {
            return allowed.aggregate(call);
          }
        });
  }

  private List<SortKey> orderBy(List<Expression.OrderItem> items) {
    List<SortKey> keys = new ArrayList<>();
    ExpressionBinder binder = afterGrouping("order clause");
    for (Expression.OrderItem item : items) {
      Optional<Integer> position = QueryBinder.position(item.expression());
      BoundExpression expression =
          position.isPresent()
              ? outputs
                  .get(QueryBinder.checked(position.get(), outputs.size(), "order clause"))
                  .expression()
              : binder.bind(item.expression());
      if (!(expression instanceof BoundExpression.Constant)) {
        keys.add(new SortKey(expression, item.descending()));
      }
    }
    return keys;
  }

  /// Items that give another value each time are computed once, before the rows are sorted.
  private void computeVolatile(List<SortKey> orderBy) {
    if (orderBy.isEmpty()) {
      return;
    }
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      BoundExpression expression = output.expression();
      if (!Conditions.isVolatile(expression)) {
        continue;
      }
      int slot = binding.counter().next();
      computed.add(new Computed(slot, expression));
      BoundExpression inSlot =
          new BoundExpression.Slot(
              slot, expression.type(), expression.coercibility(), output.nullable());
      outputs.set(i, new Output(output.name(), inSlot, output.column(), output.nullable()));
      orderBy.replaceAll(
          key -> key.expression().equals(expression) ? new SortKey(inSlot, key.descending()) : key);
    }
  }

  private List<RowLocking> locking(List<Query.Locking> clauses) {
    List<RowLocking> list = new ArrayList<>();
    for (Query.Locking clause : clauses) {
      for (String name : clause.tables()) {
        if (scope.tables().stream().noneMatch(t -> t.alias().equalsIgnoreCase(name))) {
          throw new Rejected(MySqlError.UNKNOWN_TABLE, name, "locking clause");
        }
      }
      LockWait waiting =
          switch (clause.waiting()) {
            case WAIT -> LockWait.WAIT;
            case NOWAIT -> LockWait.NOWAIT;
            case SKIP_LOCKED -> LockWait.SKIP_LOCKED;
          };
      list.add(new RowLocking(clause.update(), clause.tables(), waiting));
    }
    return list;
  }
}
