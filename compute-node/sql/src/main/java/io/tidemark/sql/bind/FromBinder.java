package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.TableReference;
import io.tidemark.sql.bind.TableUse.Field;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableSource;
import io.tidemark.sql.type.ColumnMetadata;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds FROM: looks up tables, joins their columns, binds join conditions. Confined to the binding
/// thread.
final class FromBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private final QueryBinder.@Nullable CommonTables commonTables;

  /// A bound reference with the columns it shows.
  record Part(FromTree tree, Scope scope) {}

  FromBinder(
      Binding binding, @Nullable Scope outer, QueryBinder.@Nullable CommonTables commonTables) {
    this.binding = binding;
    this.outer = outer;
    this.commonTables = commonTables;
  }

  /// Binds references that commas separate; `scope` receives their columns.
  FromTree bind(List<TableReference> references, Scope scope) {
    FromTree tree = null;
    for (TableReference reference : references) {
      Part part = part(reference, scope);
      scope.addAll(part.scope());
      tree =
          tree == null
              ? part.tree()
              : new FromTree.Join(tree, part.tree(), false, false, List.of());
    }
    scope.checkUnique();
    if (tree == null) {
      throw new Rejected(MySqlError.NO_TABLES_USED);
    }
    return tree;
  }

  private Part part(TableReference reference, Scope block) {
    return switch (reference) {
      case TableReference.Named named -> leaf(named(named), block);
      case TableReference.Derived derived -> leaf(derived(derived), block);
      case TableReference.Join join -> join(join, block);
    };
  }

  private static Part leaf(TableUse table, Scope block) {
    Scope scope = block.part();
    scope.add(table);
    return new Part(new FromTree.Leaf(table), scope);
  }

  TableUse named(TableReference.Named named) {
    if (!named.name().hasDatabase()) {
      QueryBinder.CommonTables common =
          QueryBinder.CommonTables.find(commonTables, named.name().name());
      if (common != null) {
        BoundQuery query =
            QueryBinder.within(binding, outer, common.visibleInside()).bind(common.table().query());
        return derived(query, named.exposedName(), common.table().columns());
      }
    }
    String database =
        named.name().hasDatabase() ? named.name().database() : binding.session().currentDatabase();
    if (database.isEmpty()) {
      throw new Rejected(MySqlError.NO_DB);
    }
    TableSource source = binding.tables().find(database, named.name().name());
    List<Field> fields = fields(source);
    TableUse table =
        new TableUse(named.exposedName(), source, fields, binding.counter(), named.hints());
    checkHints(table, source);
    binding.counter().addTable(table);
    return table;
  }

  private static void checkHints(TableUse table, TableSource source) {
    for (TableReference.IndexHint hint : table.hints()) {
      for (String name : hint.indexes()) {
        boolean known =
            source instanceof BaseTable base && base.definition().indexOfIndex(name) >= 0;
        if (!known) {
          throw new Rejected(MySqlError.KEY_DOES_NOT_EXIST, name, table.alias());
        }
      }
    }
  }

  static List<Field> fields(TableSource source) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < source.columns().size(); i++) {
      ColumnDefinition column = source.columns().get(i);
      fields.add(
          new Field(
              column.name(),
              column.type(),
              column.nullable(),
              column.invisible(),
              flags(source, column, i)));
    }
    return fields;
  }

  private static int flags(TableSource source, ColumnDefinition column, int number) {
    int flags = column.nullable() ? 0 : ColumnMetadata.NOT_NULL_FLAG;
    if (column.autoIncrement()) {
      flags |= ColumnMetadata.AUTO_INCREMENT_FLAG;
    }
    if (!column.nullable() && column.needsValue()) {
      flags |= ColumnMetadata.NO_DEFAULT_VALUE_FLAG;
    }
    if (column.onUpdateNow()) {
      flags |= ColumnMetadata.TIMESTAMP_FLAG;
    }
    if (source instanceof BaseTable base) {
      for (IndexDefinition index : base.indexes()) {
        flags |= keyFlag(index, number);
      }
    }
    return flags;
  }

  private static int keyFlag(IndexDefinition index, int column) {
    if (index.isHidden()) {
      return 0;
    }
    if (index.isPrimary()) {
      boolean in = index.columns().stream().anyMatch(c -> c.column() == column);
      return in ? ColumnMetadata.PRIMARY_KEY_FLAG : 0;
    }
    if (index.columns().getFirst().column() != column) {
      return 0;
    }
    return index.unique() && index.columns().size() == 1
        ? ColumnMetadata.UNIQUE_KEY_FLAG
        : ColumnMetadata.MULTIPLE_KEY_FLAG;
  }

  private TableUse derived(TableReference.Derived derived) {
    if (derived.lateral()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "LATERAL");
    }
    if (derived.alias().isEmpty()) {
      throw new Rejected(MySqlError.DERIVED_MUST_HAVE_ALIAS);
    }
    int before = binding.counter().tables().size();
    BoundQuery query = QueryBinder.within(binding, outer, commonTables).bind(derived.query());
    List<TableUse> tables = binding.counter().tables();
    tables.subList(before, tables.size()).forEach(TableUse::setInsideDerived);
    return derived(query, derived.alias(), derived.columns());
  }

  private TableUse derived(BoundQuery query, String alias, List<String> names) {
    if (!names.isEmpty() && names.size() != query.outputs().size()) {
      throw new Rejected(MySqlError.VIEW_WRONG_LIST);
    }
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < query.outputs().size(); i++) {
      BoundQuery.Output output = query.outputs().get(i);
      String name = names.isEmpty() ? output.name() : names.get(i);
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new Rejected(MySqlError.DUP_FIELDNAME, name);
      }
      fields.add(
          new Field(
              name,
              output.expression().type(),
              output.nullable(),
              false,
              output.nullable() ? 0 : ColumnMetadata.NOT_NULL_FLAG));
    }
    TableUse table = new TableUse(alias, query, fields, binding.counter());
    binding.counter().addTable(table);
    return table;
  }

  private Part join(TableReference.Join join, Scope block) {
    Part left = part(join.left(), block);
    Part right = part(join.right(), block);
    Scope scope = block.part();
    scope.addAll(left.scope());
    scope.addAll(right.scope());
    scope.checkUnique();
    List<BoundExpression> on = new ArrayList<>();
    List<String> using = join.natural() ? commonNames(left.scope(), right.scope()) : join.using();
    boolean rightOuter = join.kind() == TableReference.JoinKind.RIGHT;
    boolean leftOuter = join.kind() == TableReference.JoinKind.LEFT;
    if (!using.isEmpty()) {
      bindUsing(using, left.scope(), right.scope(), on);
      merge(scope, using, left.scope(), right.scope(), rightOuter);
    } else if (join.on().isPresent()) {
      BoundExpression condition =
          new ExpressionBinder(binding, scope, "on clause", new ExpressionBinder.Names() {})
              .bind(join.on());
      on.addAll(Conditions.conjuncts(condition));
    }
    if (rightOuter) {
      left.tree().tables().forEach(t -> t.setNullable(true));
      return new Part(new FromTree.Join(right.tree(), left.tree(), true, false, on), scope);
    }
    if (leftOuter) {
      right.tree().tables().forEach(t -> t.setNullable(true));
    }
    boolean straight = join.kind() == TableReference.JoinKind.STRAIGHT;
    return new Part(new FromTree.Join(left.tree(), right.tree(), leftOuter, straight, on), scope);
  }

  private static List<String> commonNames(Scope left, Scope right) {
    List<String> names = new ArrayList<>();
    for (Scope.Visible column : left.columns()) {
      if (right.columns().stream().anyMatch(c -> c.name().equalsIgnoreCase(column.name()))) {
        names.add(column.name());
      }
    }
    return names;
  }

  private void bindUsing(List<String> using, Scope left, Scope right, List<BoundExpression> on) {
    ExpressionBinder binder =
        new ExpressionBinder(binding, left, "from clause", new ExpressionBinder.Names() {});
    for (String name : using) {
      Expression.ColumnName column = new Expression.ColumnName("", "", name);
      BoundExpression a = left.findHere(column, "from clause").orElseThrow(() -> unknown(name));
      BoundExpression b = right.findHere(column, "from clause").orElseThrow(() -> unknown(name));
      on.add(binder.callBound("=", List.of(a, b)));
    }
  }

  private static Rejected unknown(String name) {
    return new Rejected(MySqlError.BAD_FIELD, name, "from clause");
  }

  /// The columns of a join with USING: the common ones once, in front.
  private static void merge(
      Scope scope, List<String> using, Scope left, Scope right, boolean rightOuter) {
    Scope keeper = rightOuter ? right : left;
    Set<String> names = new HashSet<>();
    using.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    List<Scope.Visible> merged = new ArrayList<>();
    for (Scope.Visible column : keeper.columns()) {
      if (names.contains(column.name().toLowerCase(Locale.ROOT))) {
        merged.add(column);
      }
    }
    for (Scope side : rightOuter ? List.of(right, left) : List.of(left, right)) {
      for (Scope.Visible column : side.columns()) {
        if (!names.contains(column.name().toLowerCase(Locale.ROOT))) {
          merged.add(column);
        }
      }
    }
    scope.columns().clear();
    scope.columns().addAll(merged);
  }
}
