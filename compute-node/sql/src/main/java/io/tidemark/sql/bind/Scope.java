package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression.ColumnName;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The columns that names in one place of a query may mean, and the scope around it. Confined to
/// the binding thread.
final class Scope {
  private final @Nullable Scope outer;
  private final QueryBinder.@Nullable CommonTables commonTables;
  private final List<TableUse> tables = new ArrayList<>();
  private final List<Visible> columns = new ArrayList<>();
  private final Set<BoundExpression.Column> outerReferences;

  /// A column by its bare name.
  record Visible(String name, TableUse table, int column) {}

  Scope(@Nullable Scope outer, QueryBinder.@Nullable CommonTables commonTables) {
    this(outer, commonTables, new LinkedHashSet<>());
  }

  /// A scope of a part of the same query block, which shares what is known of outer references.
  private Scope(
      @Nullable Scope outer,
      QueryBinder.@Nullable CommonTables commonTables,
      Set<BoundExpression.Column> outerReferences) {
    this.outer = outer;
    this.commonTables = commonTables;
    this.outerReferences = outerReferences;
  }

  Scope part() {
    return new Scope(outer, commonTables, outerReferences);
  }

  QueryBinder.@Nullable CommonTables commonTables() {
    return commonTables;
  }

  List<TableUse> tables() {
    return tables;
  }

  List<Visible> columns() {
    return columns;
  }

  /// Columns of outer queries that were referred to from here.
  Set<BoundExpression.Column> outerReferences() {
    return outerReferences;
  }

  void add(TableUse table) {
    tables.add(table);
    for (int column : table.visibleFields()) {
      columns.add(new Visible(table.fields().get(column).name(), table, column));
    }
  }

  /// Takes over the content of another part.
  void addAll(Scope part) {
    tables.addAll(part.tables);
    columns.addAll(part.columns);
  }

  /// Refuses two tables of the same name.
  void checkUnique() {
    for (int i = 0; i < tables.size(); i++) {
      for (int j = i + 1; j < tables.size(); j++) {
        TableUse one = tables.get(i);
        TableUse other = tables.get(j);
        if (one.alias().equalsIgnoreCase(other.alias())
            && (one.database().equalsIgnoreCase(other.database())
                || one.database().isEmpty()
                || other.database().isEmpty())) {
          throw new Rejected(MySqlError.NONUNIQ_TABLE, other.alias());
        }
      }
    }
  }

  /// Whether `table` is named so.
  static boolean isNamed(TableUse table, String database, String name) {
    return table.alias().equalsIgnoreCase(name)
        && (database.isEmpty() || table.database().equalsIgnoreCase(database));
  }

  /// The column that `name` means here or in an outer query.
  ///
  /// @param clause how the error message calls the place
  BoundExpression.Column resolve(ColumnName name, String clause) {
    Optional<BoundExpression.Column> found = find(name, clause);
    if (found.isPresent()) {
      return found.get();
    }
    throw new Rejected(MySqlError.BAD_FIELD, name.toString(), clause);
  }

  Optional<BoundExpression.Column> find(ColumnName name, String clause) {
    List<Scope> crossed = new ArrayList<>();
    Scope scope = this;
    while (scope != null) {
      Optional<BoundExpression.Column> found = scope.findHere(name, clause);
      if (found.isPresent()) {
        crossed.forEach(s -> s.outerReferences.add(found.get()));
        return found;
      }
      crossed.add(scope);
      scope = scope.outer;
    }
    return Optional.empty();
  }

  Optional<BoundExpression.Column> findHere(ColumnName name, String clause) {
    if (!name.table().isEmpty()) {
      return findQualified(name, clause);
    }
    Visible found = null;
    for (Visible visible : columns) {
      if (visible.name().equalsIgnoreCase(name.name())) {
        if (found != null) {
          throw new Rejected(MySqlError.NON_UNIQ, name.toString(), clause);
        }
        found = visible;
      }
    }
    if (found != null) {
      return Optional.of(new BoundExpression.Column(found.table(), found.column()));
    }
    return findInvisible(name);
  }

  private Optional<BoundExpression.Column> findInvisible(ColumnName name) {
    for (TableUse table : tables) {
      int column = table.indexOfField(name.name());
      if (column >= 0 && table.fields().get(column).invisible()) {
        return Optional.of(new BoundExpression.Column(table, column));
      }
    }
    return Optional.empty();
  }

  private Optional<BoundExpression.Column> findQualified(ColumnName name, String clause) {
    TableUse holder = null;
    int number = -1;
    for (TableUse table : tables) {
      if (isNamed(table, name.database(), name.table())) {
        int column = table.indexOfField(name.name());
        if (column >= 0) {
          if (holder != null) {
            throw new Rejected(MySqlError.NON_UNIQ, name.toString(), clause);
          }
          holder = table;
          number = column;
        }
      }
    }
    return holder == null
        ? Optional.empty()
        : Optional.of(new BoundExpression.Column(holder, number));
  }
}
