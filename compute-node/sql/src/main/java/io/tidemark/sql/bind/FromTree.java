package io.tidemark.sql.bind;

import java.util.ArrayList;
import java.util.List;

/// How the tables of FROM are joined. A right join stands as a left join with its sides changed.
public sealed interface FromTree {
  record Leaf(TableUse table) implements FromTree {}

  /// @param outer whether rows of `left` without a match stay, with NULLs
  /// @param on conditions that must all hold
  /// @param straight whether `left` must be read first
  record Join(
      FromTree left, FromTree right, boolean outer, boolean straight, List<BoundExpression> on)
      implements FromTree {}

  /// Tables in the order of the text.
  default List<TableUse> tables() {
    List<TableUse> list = new ArrayList<>();
    collect(list);
    return list;
  }

  private void collect(List<TableUse> list) {
    switch (this) {
      case Leaf leaf -> list.add(leaf.table());
      case Join join -> {
        join.left().collect(list);
        join.right().collect(list);
      }
    }
  }
}
