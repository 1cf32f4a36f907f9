package io.tidemark.sql.bind;

import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.BoundQuery.Output;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONLY_FULL_GROUP_BY: what is selected must have one value for each group.
///
/// Source: MySQL manual, MySQL Handling of GROUP BY and Detection of Functional Dependence: a
/// column is determined by the columns of GROUP BY, by equalities with constants and determined
/// columns, and by the unique keys of its table.
final class GroupingCheck {
  private final List<TableUse> tables;
  private final List<BoundExpression> groupBy;
  private final List<Column> determined = new ArrayList<>();

  GroupingCheck(
      Optional<FromTree> from, List<BoundExpression> where, List<BoundExpression> groupBy) {
    this.groupBy = groupBy;
    this.tables = from.map(FromTree::tables).orElse(List.of());
    List<BoundExpression> equalities = new ArrayList<>(where);
    from.ifPresent(tree -> collectInnerConditions(tree, equalities));
    for (BoundExpression key : groupBy) {
      if (key instanceof Column column) {
        determined.add(column);
      }
    }
    boolean grown = true;
    while (grown) {
      grown = false;
      for (BoundExpression condition : equalities) {
        grown |= followEquality(condition);
      }
      for (TableUse table : tables) {
        grown |= followKeys(table);
      }
    }
  }

  private static void collectInnerConditions(FromTree tree, List<BoundExpression> conditions) {
    if (tree instanceof FromTree.Join join) {
      collectInnerConditions(join.left(), conditions);
      conditions.addAll(join.on());
      if (!join.outer()) {
        collectInnerConditions(join.right(), conditions);
      }
    }
  }

  private boolean followEquality(BoundExpression condition) {
    if (!(condition instanceof Call call) || !call.name().equals("=")) {
      return false;
    }
    return determine(call.operand(0), call.operand(1))
        | determine(call.operand(1), call.operand(0));
  }

  private boolean determine(BoundExpression target, BoundExpression by) {
    if (target instanceof Column column
        && isOfBlock(column)
        && !isDetermined(column)
        && isAllDetermined(by)) {
      determined.add(column);
      return true;
    }
    return false;
  }

  private boolean followKeys(TableUse table) {
    BaseTable base = table.baseTable();
    if (base == null || tableIsDetermined(table)) {
      return false;
    }
    for (IndexDefinition index : base.indexes()) {
      if (index.unique() && !index.isHidden() && isKeyDetermined(table, index)) {
        for (int column = 0; column < table.fields().size(); column++) {
          if (table.slots().containsKey(column)) {
            determined.add(new Column(table, column));
          }
        }
        return true;
      }
    }
    return false;
  }

  private boolean tableIsDetermined(TableUse table) {
    return table.slots().keySet().stream().allMatch(c -> isDetermined(table, c));
  }

  private boolean isKeyDetermined(TableUse table, IndexDefinition index) {
    return index.columns().stream()
        .allMatch(part ->
            part.prefixLength() == 0
                && !table.fields().get(part.column()).nullable()
                && isDetermined(table, part.column()));
  }

  private boolean isDetermined(TableUse table, int column) {
    return determined.stream().anyMatch(c -> c.table().equals(table) && c.column() == column);
  }

  private boolean isDetermined(Column column) {
    return isDetermined(column.table(), column.column());
  }

  private boolean isOfBlock(Column column) {
    return tables.contains(column.table());
  }

  private boolean isAllDetermined(BoundExpression expression) {
    return findLoose(expression).isEmpty();
  }

  /// A column of the expression that may differ within a group.
  private Optional<Column> findLoose(BoundExpression expression) {
    for (BoundExpression key : groupBy) {
      if (key.sameAs(expression)) {
        return Optional.empty();
      }
    }
    if (expression instanceof Column column) {
      return isOfBlock(column) && !isDetermined(column) ? Optional.of(column) : Optional.empty();
    }
    if (expression instanceof Call call && call.name().equals("ANY_VALUE")) {
      return Optional.empty();
    }
    List<Column> found = new ArrayList<>();
    expression.forEachChild(child -> findLoose(child).ifPresent(found::add));
    if (expression instanceof SubqueryExpression subquery) {
      subquery.query().outerReferences().stream()
          .filter(c -> isOfBlock(c) && !isDetermined(c))
          .forEach(found::add);
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  void check(List<Output> outputs, List<BoundExpression> having, List<SortKey> orderBy) {
    for (int i = 0; i < outputs.size(); i++) {
      refuse(findLoose(outputs.get(i).expression()), i + 1, "SELECT list");
    }
    for (BoundExpression condition : having) {
      Optional<Column> loose = findLoose(condition);
      if (loose.isPresent()) {
        refuse(loose, 1, "HAVING clause");
      }
    }
    for (int i = 0; i < orderBy.size(); i++) {
      refuse(findLoose(orderBy.get(i).expression()), i + 1, "ORDER BY clause");
    }
  }

  private void refuse(Optional<Column> loose, int position, String place) {
    if (loose.isEmpty()) {
      return;
    }
    MySqlError error =
        groupBy.isEmpty()
            ? MySqlError.MIX_OF_GROUP_FUNC_AND_FIELDS
            : MySqlError.WRONG_FIELD_WITH_GROUP;
    throw new Rejected(error, position, place, loose.get().toString());
  }
}
