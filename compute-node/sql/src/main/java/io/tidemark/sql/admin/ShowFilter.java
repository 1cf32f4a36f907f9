package io.tidemark.sql.admin;

import io.tidemark.sql.ast.AdministrationCommand.Show;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// LIKE and WHERE of SHOW.
final class ShowFilter {
  private ShowFilter() {}

  /// The rows whose first column is like the pattern, or that satisfy the condition.
  static StatementOutcome.Rows apply(
      Show show, List<ColumnDefinition> columns, List<Value[]> rows, SessionServices services) {
    if (show.hasLike()) {
      List<Value[]> matching = new ArrayList<>();
      for (Value[] row : rows) {
        if (like(row[0].asString(), show.like())) {
          matching.add(row);
        }
      }
      return StatementOutcome.Rows.of(columns, matching);
    }
    if (show.where().isPresent()) {
      Predicate<Value[]> condition = services.condition(show.where(), columns);
      return StatementOutcome.Rows.of(columns, rows.stream().filter(condition).toList());
    }
    return StatementOutcome.Rows.of(columns, rows);
  }

  /// LIKE without regard to case.
  static boolean like(String text, String pattern) {
    return Collations.UTF8MB4_GENERAL_CI.like(
        text.getBytes(StandardCharsets.UTF_8), pattern.getBytes(StandardCharsets.UTF_8), '\\');
  }
}
