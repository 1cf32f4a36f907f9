package io.tidemark.sql.ast;

import java.util.List;

/// A query expression: common tables, a body, and what applies to its result.
///
/// @param limit number or parameter, absent without LIMIT
/// @param offset number or parameter, absent without OFFSET
public record Query(
    With with,
    Body body,
    List<Expression.OrderItem> orderBy,
    Expression limit,
    Expression offset,
    List<Locking> locking) {
  public Query {
    orderBy = List.copyOf(orderBy);
    locking = List.copyOf(locking);
  }

  /// WITH; no tables if there is none.
  public record With(boolean recursive, List<CommonTable> tables) {
    public static final With NONE = new With(false, List.of());

    public With {
      tables = List.copyOf(tables);
    }
  }

  /// One element of WITH; `columns` renames its columns unless empty.
  public record CommonTable(String name, List<String> columns, Query query) {
    public CommonTable {
      columns = List.copyOf(columns);
    }
  }

  /// What gives the rows.
  public sealed interface Body {}

  /// SELECT .. FROM .. WHERE .. GROUP BY .. HAVING; `from` holds what commas separate.
  public record Specification(
      SelectOptions options,
      List<SelectItem> items,
      List<TableReference> from,
      Expression where,
      List<Expression.OrderItem> groupBy,
      boolean rollup,
      Expression having)
      implements Body {
    public Specification {
      items = List.copyOf(items);
      from = List.copyOf(from);
      groupBy = List.copyOf(groupBy);
    }
  }

  /// The words after SELECT.
  public record SelectOptions(boolean distinct, boolean calcFoundRows, boolean straightJoin) {}

  /// UNION, INTERSECT or EXCEPT of two bodies.
  public record SetOperation(SetOperator operator, boolean distinct, Body left, Body right)
      implements Body {}

  /// How a [SetOperation] combines rows.
  public enum SetOperator {
    UNION,
    INTERSECT,
    EXCEPT
  }

  /// A query in parentheses with an ORDER BY or LIMIT of its own.
  public record Nested(Query query) implements Body {}

  /// VALUES ROW(..), ROW(..).
  public record Rows(List<List<Expression>> rows) implements Body {
    public Rows {
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /// An element of the select list.
  public sealed interface SelectItem {}

  /// `*` or `table.*`.
  public record Star(String database, String table) implements SelectItem {}

  /// An expression; `name` is its alias, or the text of the expression, or the column's name.
  public record Item(Expression expression, String name, boolean aliased) implements SelectItem {}

  /// FOR UPDATE, FOR SHARE; `tables` empty means all.
  public record Locking(boolean update, List<String> tables, LockingWait waiting) {
    public Locking {
      tables = List.copyOf(tables);
    }
  }

  /// What to do about rows that are locked.
  public enum LockingWait {
    WAIT,
    NOWAIT,
    SKIP_LOCKED
  }
}
