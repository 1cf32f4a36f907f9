package io.tidemark.sql.constraint;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.KeyBuilder;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the rows on the other side of a foreign key, through indexes.
public final class ForeignKeyLookup {
  private static final ScanOptions SHARED =
      new ScanOptions(false, false, LockMode.SHARE, LockWait.WAIT, 1);

  private ForeignKeyLookup() {}

  /// Number of an index that begins with these columns, whole and in this order; -1 if there is
  /// none.
  public static int indexOn(TableDefinition table, List<String> columns) {
    for (int i = 0; i < table.indexes().size(); i++) {
      IndexDefinition index = table.indexes().get(i);
      boolean fits = index.columns().size() >= columns.size();
      for (int part = 0; fits && part < columns.size(); part++) {
        IndexDefinition.Column column = index.columns().get(part);
        fits =
            column.prefixLength() == 0
                && table.column(column.column()).name().equalsIgnoreCase(columns.get(part));
      }
      if (fits) {
        return i;
      }
    }
    return -1;
  }

  /// Whether a child row's reference is satisfied: one of its columns is NULL, or the parent
  /// exists, which is locked shared.
  public static boolean isSatisfied(
      Transaction transaction,
      BaseTable child,
      RowReader row,
      ForeignKeyDefinition key,
      Optional<BaseTable> parent) {
    for (String column : key.columns()) {
      if (row.isNull(child.indexOfColumn(column))) {
        return true;
      }
    }
    if (parent.isEmpty()) {
      return false;
    }
    List<byte[]> found =
        find(transaction, parent.get(), key.referencedColumns(), child, row, key.columns(), 1);
    return !found.isEmpty();
  }

  /// Primary keys of up to `limit` rows of `table` whose `columns` equal `otherColumns` of a row of
  /// another table; the rows are locked shared.
  static List<byte[]> find(
      Transaction transaction,
      BaseTable table,
      List<String> columns,
      BaseTable other,
      RowReader row,
      List<String> otherColumns,
      int limit) {
    int indexNo = indexOn(table.definition(), columns);
    if (indexNo < 0) {
      throw new Rejected(MySqlError.FK_NO_INDEX_PARENT, columns, table.name());
    }
    transaction.lockMetadata(table.database(), table.name(), Transaction.MetadataLock.SHARED_WRITE);
    KeyBuilder key = table.keyCodec(indexNo).newBuilder();
    for (String column : otherColumns) {
      StoredValues.addKey(
          key, StoredValues.read(row, other.indexOfColumn(column), ZoneOffset.UTC), ZoneOffset.UTC);
    }
    List<byte[]> found = new ArrayList<>();
    try (Cursor cursor =
        transaction.scan(table.descriptor(), indexNo, KeyRange.prefix(key.toBytes()), SHARED)) {
      while (found.size() < limit && cursor.next()) {
        found.add(cursor.primaryKey());
      }
    }
    return found;
  }

  /// The constraint as messages 1451 and 1452 print it.
  static String describe(BaseTable child, ForeignKeyDefinition key) {
    return "`" + child.database() + "`.`" + child.name() + "`, " + print(key, child.database());
  }

  /// `CONSTRAINT .. FOREIGN KEY .. REFERENCES ..` as SHOW CREATE TABLE prints it.
  public static String print(ForeignKeyDefinition key, String childDatabase) {
    String parent =
        key.referencedDatabase().equals(childDatabase)
            ? quote(key.referencedTable())
            : quote(key.referencedDatabase()) + "." + quote(key.referencedTable());
    String text =
        "CONSTRAINT "
            + quote(key.name())
            + " FOREIGN KEY ("
            + list(key.columns())
            + ") REFERENCES "
            + parent
            + " ("
            + list(key.referencedColumns())
            + ")";
    if (!key.onDelete().equals("NO ACTION")) {
      text += " ON DELETE " + key.onDelete();
    }
    return key.onUpdate().equals("NO ACTION") ? text : text + " ON UPDATE " + key.onUpdate();
  }

  private static String list(List<String> columns) {
    return String.join(", ", columns.stream().map(ForeignKeyLookup::quote).toList());
  }

  private static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
