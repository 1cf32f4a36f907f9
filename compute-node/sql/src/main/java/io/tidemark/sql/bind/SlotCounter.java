package io.tidemark.sql.bind;

import java.util.ArrayList;
import java.util.List;

/// Hands out the numbers of slots and of remembered things of one statement, and knows all its
/// tables and subqueries. Confined to the binding thread.
public final class SlotCounter {
  private int slots;
  private int memories;
  private final List<SubqueryExpression> subqueries = new ArrayList<>();
  private final List<TableUse> tables = new ArrayList<>();

  public int next() {
    return slots++;
  }

  public int nextMemory() {
    return memories++;
  }

  void addSubquery(SubqueryExpression subquery) {
    subqueries.add(subquery);
  }

  void addTable(TableUse table) {
    tables.add(table);
  }

  /// Subqueries in expressions, inner ones before those around them.
  public List<SubqueryExpression> subqueries() {
    return subqueries;
  }

  /// Every table that the statement names, wherever.
  public List<TableUse> tables() {
    return tables;
  }

  public int slotCount() {
    return slots;
  }

  public int memoryCount() {
    return memories;
  }
}
