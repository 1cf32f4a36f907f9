package io.tidemark.sql.execute;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.table.BaseTable;
import java.util.ArrayList;
import java.util.List;

/// The stored tables that a query reads in FROM, at any depth.
final class QueryTables {
  private QueryTables() {}

  static List<TableDescriptor> of(BoundQuery query) {
    List<TableDescriptor> tables = new ArrayList<>();
    collect(query, tables);
    return tables;
  }

  private static void collect(BoundQuery query, List<TableDescriptor> tables) {
    switch (query) {
      case BoundQuery.Select select -> {
        for (TableUse table : select.tables()) {
          BaseTable base = table.baseTable();
          BoundQuery inner = table.query();
          if (base != null) {
            tables.add(base.descriptor());
          } else if (inner != null) {
            collect(inner, tables);
          }
        }
      }
      case BoundQuery.Union union -> {
        collect(union.left(), tables);
        collect(union.right(), tables);
      }
      case BoundQuery.Rows _ -> {}
    }
  }
}
