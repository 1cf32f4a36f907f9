package io.tidemark.sql.bind;

import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.TableSource;
import io.tidemark.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One appearance of a table or derived table in a statement. Which of its columns are used, and
/// their slots, becomes known while the statement is bound. Confined to the binding thread, then
/// unchanged.
public final class TableUse {
  private final String database;
  private final String alias;
  private final @Nullable TableSource source;
  private final @Nullable BoundQuery query;
  private final List<Field> fields;
  private final SlotCounter counter;
  private final Map<Integer, Integer> slots = new TreeMap<>();
  private boolean nullable;
  private boolean written;
  private boolean insideDerived;
  private int keySlot = -1;
  private int rowSlot = -1;
  private final List<io.tidemark.sql.ast.TableReference.IndexHint> hints;

  TableUse(
      String alias,
      TableSource source,
      List<Field> fields,
      SlotCounter counter,
      List<io.tidemark.sql.ast.TableReference.IndexHint> hints) {
    this.database = source.database();
    this.alias = alias;
    this.source = source;
    this.query = null;
    this.fields = fields;
    this.counter = counter;
    this.hints = hints;
  }

  TableUse(String alias, BoundQuery query, List<Field> fields, SlotCounter counter) {
    this.database = "";
    this.alias = alias;
    this.source = null;
    this.query = query;
    this.fields = fields;
    this.counter = counter;
    this.hints = List.of();
  }

  /// A column as names find it.
  ///
  /// @param flags of the result column: keys, NOT NULL, AUTO_INCREMENT
  public record Field(String name, SqlType type, boolean nullable, boolean invisible, int flags) {}

  public String database() {
    return database;
  }

  public String alias() {
    return alias;
  }

  /// The stored table, if it is one.
  public @Nullable BaseTable baseTable() {
    return source instanceof BaseTable table ? table : null;
  }

  /// The table, unless this is a derived one.
  public @Nullable TableSource source() {
    return source;
  }

  /// The query of a derived table.
  public @Nullable BoundQuery query() {
    return query;
  }

  public List<Field> fields() {
    return fields;
  }

  public List<io.tidemark.sql.ast.TableReference.IndexHint> hints() {
    return hints;
  }

  /// Slot of a column, which is thereby used.
  public int slotOf(int column) {
    return slots.computeIfAbsent(column, _ -> counter.next());
  }

  /// Slots of the used columns, by column.
  public Map<Integer, Integer> slots() {
    return slots;
  }

  /// Slots of the used columns, in the order of the columns.
  public int[] slotArray() {
    return slots.values().stream().mapToInt(Integer::intValue).toArray();
  }

  /// The used columns.
  public int[] columnArray() {
    return slots.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /// Whether an outer join may leave all its columns NULL.
  public boolean isNullable() {
    return nullable;
  }

  void setNullable(boolean value) {
    nullable = value;
  }

  /// Whether the statement changes its rows.
  public boolean isWritten() {
    return written;
  }

  void setWritten() {
    if (!written) {
      written = true;
      keySlot = counter.next();
      rowSlot = counter.next();
    }
  }

  /// Slot of the current row's primary key, as a binary string, if the table is written.
  public int keySlot() {
    return keySlot;
  }

  /// Slot of the current row as it is stored, as a binary string, if the table is written.
  public int rowSlot() {
    return rowSlot;
  }

  /// All slots that a row of it fills.
  public List<Integer> allSlots() {
    List<Integer> all = new ArrayList<>(slots.values());
    if (written) {
      all.add(keySlot);
      all.add(rowSlot);
    }
    return all;
  }

  /// Whether it stands within a derived table.
  public boolean isInsideDerived() {
    return insideDerived;
  }

  void setInsideDerived() {
    insideDerived = true;
  }

  int indexOfField(String name) {
    if (source != null) {
      int column = source.indexOfColumn(name);
      if (column >= 0 && fields.get(column).name().equalsIgnoreCase(name)) {
        return column;
      }
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  List<Integer> visibleFields() {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).invisible()) {
        list.add(i);
      }
    }
    return list;
  }

  @Override
  public String toString() {
    return alias;
  }
}
