package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.BoundQuery.Limit;
import io.tidemark.sql.bind.BoundQuery.Output;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.function.Functions;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds query expressions: common tables, unions, and what applies to their results. Blocks are
/// bound by [SelectBinder]. Confined to the binding thread.
public final class QueryBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private final @Nullable CommonTables commonTables;

  private QueryBinder(Binding binding, @Nullable Scope outer, @Nullable CommonTables commonTables) {
    this.binding = binding;
    this.outer = outer;
    this.commonTables = commonTables;
  }

  /// For the outermost query.
  public static QueryBinder outermost(Binding binding) {
    return new QueryBinder(binding, null, null);
  }

  /// For a subquery of an expression in `scope`.
  static QueryBinder nested(Binding binding, Scope scope) {
    return new QueryBinder(binding, scope, scope.commonTables());
  }

  static QueryBinder within(
      Binding binding, @Nullable Scope outer, @Nullable CommonTables commonTables) {
    return new QueryBinder(binding, outer, commonTables);
  }

  /// The common tables in sight: the innermost WITH, and those around it.
  record CommonTables(
      Query.CommonTable table, @Nullable CommonTables visibleInside, @Nullable CommonTables next) {
    static @Nullable CommonTables find(@Nullable CommonTables list, String name) {
      for (CommonTables at = list; at != null; at = at.next()) {
        if (at.table().name().equalsIgnoreCase(name)) {
          return at;
        }
      }
      return null;
    }
  }

  public BoundQuery bind(Query query) {
    if (query.with().tables().isEmpty()) {
      return bindBody(query, commonTables);
    }
    if (query.with().recursive()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "WITH RECURSIVE");
    }
    CommonTables list = commonTables;
    for (Query.CommonTable table : query.with().tables()) {
      list = new CommonTables(table, list, list);
    }
    return bindBody(query, list);
  }

  /// Binds expressions that stand alone.
  public List<BoundExpression> bindExpressions(List<Expression> expressions) {
    Scope scope = new Scope(outer, commonTables);
    return new ExpressionBinder(binding, scope, "field list", new ExpressionBinder.Names() {})
        .bindAll(expressions);
  }

  /// Binds a condition over the columns of a computed table, as SHOW .. WHERE has it.
  public BoundCondition bindCondition(
      Expression condition, io.tidemark.sql.table.TableSource source) {
    Scope scope = new Scope(outer, commonTables);
    TableUse table =
        new TableUse(
            source.name(), source, FromBinder.fields(source), binding.counter(), List.of());
    scope.add(table);
    BoundExpression bound =
        new ExpressionBinder(binding, scope, "where clause", new ExpressionBinder.Names() {})
            .bind(condition);
    return new BoundCondition(bound, table);
  }

  /// A condition and the table whose slots it reads.
  public record BoundCondition(BoundExpression condition, TableUse table) {}

  private BoundQuery bindBody(Query query, @Nullable CommonTables tables) {
    return switch (query.body()) {
      case Query.Specification block -> new SelectBinder(binding, outer, tables).bind(block, query);
      case Query.SetOperation operation -> union(operation, query, tables);
      case Query.Nested nested -> {
        BoundQuery inner = within(binding, outer, tables).bind(nested.query());
        yield wrapped(inner, query);
      }
      case Query.Rows rows -> rows(rows, query);
    };
  }

  /// A parenthesized query with a further ORDER BY or LIMIT around it: a union with nothing.
  private BoundQuery wrapped(BoundQuery inner, Query query) {
    if (query.orderBy().isEmpty() && !query.limit().isPresent()) {
      return inner;
    }
    throw new Rejected(
        MySqlError.NOT_SUPPORTED_YET, "ORDER BY or LIMIT around a parenthesized query");
  }

  private BoundQuery bindOperand(Query.Body body, @Nullable CommonTables tables) {
    Query operand =
        new Query(
            Query.With.NONE, body, List.of(), Expression.ABSENT, Expression.ABSENT, List.of());
    return within(binding, outer, tables).bindBody(operand, tables);
  }

  private BoundQuery union(
      Query.SetOperation operation, Query query, @Nullable CommonTables tables) {
    if (operation.operator() != Query.SetOperator.UNION) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, operation.operator().name());
    }
    BoundQuery left = bindOperand(operation.left(), tables);
    BoundQuery right = bindOperand(operation.right(), tables);
    int columns = left.outputs().size();
    if (columns != right.outputs().size()) {
      throw new Rejected(MySqlError.WRONG_NUMBER_OF_COLUMNS_IN_SELECT);
    }
    List<Output> outputs = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    List<BoundExpression> leftValues = new ArrayList<>();
    List<BoundExpression> rightValues = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      Output a = left.outputs().get(i);
      Output b = right.outputs().get(i);
      BoundExpression one = commonType(a.expression(), b.expression(), true);
      rightValues.add(commonType(a.expression(), b.expression(), false));
      leftValues.add(one);
      int slot = binding.counter().next();
      slots.add(slot);
      outputs.add(slotOutput(a.name(), slot, one.type(), a.nullable() || b.nullable()));
    }
    Set<BoundExpression.Column> references = new LinkedHashSet<>(left.outerReferences());
    references.addAll(right.outerReferences());
    return new BoundQuery.Union(
        outputs,
        slots,
        left,
        leftValues,
        right,
        rightValues,
        operation.distinct(),
        orderByOutputs(query.orderBy(), outputs),
        limit(query),
        references);
  }

  static Output slotOutput(String name, int slot, SqlType type, boolean nullable) {
    Coercibility coercibility = BoundExpression.coercibilityOf(type, Coercibility.IMPLICIT);
    BoundExpression.Slot expression = new BoundExpression.Slot(slot, type, coercibility, nullable);
    int flags = nullable ? 0 : io.tidemark.sql.type.ColumnMetadata.NOT_NULL_FLAG;
    return new Output(
        name, expression, new ResultColumn("", "", "", name, "", type, flags), nullable);
  }

  /// One side of a union column in the type of both.
  private BoundExpression commonType(BoundExpression a, BoundExpression b, boolean first) {
    BoundExpression own = first ? a : b;
    if (a.type().equals(b.type())) {
      return own;
    }
    var definition =
        Functions.find("COALESCE")
            .orElseThrow(() -> new IllegalStateException("function COALESCE: expected, not found"));
    var function =
        definition.bind(
            List.of(
                new io.tidemark.sql.function.Argument(a.type(), a.coercibility(), Optional.empty()),
                new io.tidemark.sql.function.Argument(
                    b.type(), b.coercibility(), Optional.empty())),
            binding.context());
    BoundExpression nothing = Literals.nullConstant();
    return new BoundExpression.Call(
        definition, function, first ? List.of(own, nothing) : List.of(nothing, own));
  }

  private BoundQuery rows(Query.Rows rows, Query query) {
    int columns = rows.rows().getFirst().size();
    List<Output> outputs = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    List<List<BoundExpression>> bound = new ArrayList<>();
    Scope scope = new Scope(outer, commonTables);
    ExpressionBinder binder =
        new ExpressionBinder(binding, scope, "field list", new ExpressionBinder.Names() {});
    for (List<Expression> row : rows.rows()) {
      if (row.size() != columns) {
        throw new Rejected(MySqlError.WRONG_VALUE_COUNT_ON_ROW, bound.size() + 1);
      }
      bound.add(binder.bindAll(row));
    }
    for (int i = 0; i < columns; i++) {
      int slot = binding.counter().next();
      slots.add(slot);
      SqlType type = bound.getFirst().get(i).type();
      for (List<BoundExpression> row : bound) {
        if (!row.get(i).type().equals(type)) {
          type = commonType(bound.getFirst().get(i), row.get(i), true).type();
        }
      }
      outputs.add(slotOutput("column_" + i, slot, type, true));
    }
    return new BoundQuery.Rows(
        outputs,
        slots,
        bound,
        orderByOutputs(query.orderBy(), outputs),
        limit(query),
        scope.outerReferences());
  }

  /// ORDER BY of a union: positions and names of its columns, or expressions over them.
  private List<SortKey> orderByOutputs(List<Expression.OrderItem> items, List<Output> outputs) {
    List<SortKey> keys = new ArrayList<>();
    Scope scope = new Scope(outer, commonTables);
    ExpressionBinder.Names names =
        new ExpressionBinder.Names() {
          @Override
          public Optional<BoundExpression> aliasBefore(Expression.ColumnName name) {
            return outputs.stream()
                .filter(o -> name.table().isEmpty() && o.name().equalsIgnoreCase(name.name()))
                .map(Output::expression)
                .findFirst();
          }
        };
    ExpressionBinder binder = new ExpressionBinder(binding, scope, "order clause", names);
    for (Expression.OrderItem item : items) {
      Optional<Integer> position = position(item.expression());
      BoundExpression expression =
          position.isPresent()
              ? outputs.get(checked(position.get(), outputs.size(), "order clause")).expression()
              : binder.bind(item.expression());
      keys.add(new SortKey(expression, item.descending()));
    }
    return keys;
  }

  /// A number that stands alone counts columns from 1.
  static Optional<Integer> position(Expression expression) {
    if (expression instanceof Expression.NumberLiteral literal
        && literal.kind() == Expression.NumberKind.INTEGER
        && literal.text().length() < 10) {
      return Optional.of(Integer.parseInt(literal.text()));
    }
    return Optional.empty();
  }

  static int checked(int position, int columns, String clause) {
    if (position < 1 || position > columns) {
      throw new Rejected(MySqlError.BAD_FIELD, String.valueOf(position), clause);
    }
    return position - 1;
  }

  Limit limit(Query query) {
    return limit(query.limit(), query.offset());
  }

  Limit limit(Expression count, Expression offset) {
    if (!count.isPresent()) {
      return Limit.NONE;
    }
    return new Limit(
        Optional.of(limitValue(count)),
        offset.isPresent() ? Optional.of(limitValue(offset)) : Optional.empty());
  }

  private BoundExpression limitValue(Expression expression) {
    Scope scope = new Scope(null, null);
    BoundExpression bound =
        new ExpressionBinder(binding, scope, "limit clause", new ExpressionBinder.Names() {})
            .bind(expression);
    if (bound instanceof Constant constant && !(constant.value() instanceof IntValue)) {
      throw new Rejected(MySqlError.WRONG_ARGUMENTS, "LIMIT");
    }
    return bound;
  }
}
