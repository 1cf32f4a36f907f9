package io.tidemark.sql.ddl;

import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.constraint.ForeignKeyGraph.Reference;
import io.tidemark.sql.constraint.ForeignKeyLookup;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Definition of foreign keys, and what definition statements may not do because of them. Confined
/// to the statement's thread.
final class ForeignKeys {
  private final SessionContext session;
  private final ForeignKeyGraph graph;

  ForeignKeys(SessionContext session, ForeignKeyGraph graph) {
    this.session = session;
    this.graph = graph;
  }

  private boolean checks() {
    return !(session.settings() instanceof SessionVariables variables)
        || variables.foreignKeyChecks();
  }

  /// Makes definitions of what is written; adds the indexes that the referencing columns lack to
  /// `indexes`.
  List<ForeignKeyDefinition> build(
      List<AlterAction.ForeignKey> written,
      QualifiedName table,
      List<ColumnDefinition> columns,
      List<IndexDefinition> indexes,
      List<ForeignKeyDefinition> before) {
    List<ForeignKeyDefinition> keys = new ArrayList<>(before);
    for (AlterAction.ForeignKey key : written) {
      String name = key.name().isEmpty() ? chooseName(table.name(), keys) : key.name();
      if (keys.stream().anyMatch(k -> k.name().equalsIgnoreCase(name))) {
        throw new Rejected(MySqlError.FK_DUP_NAME, name);
      }
      keys.add(definition(key, name, table, columns, indexes));
    }
    return keys;
  }

  private static String chooseName(String table, List<ForeignKeyDefinition> keys) {
    int number = 1;
    while (true) {
      String name = table + "_ibfk_" + number;
      if (keys.stream().noneMatch(k -> k.name().equalsIgnoreCase(name))) {
        return name;
      }
      number++;
    }
  }

  private ForeignKeyDefinition definition(
      AlterAction.ForeignKey key,
      String name,
      QualifiedName table,
      List<ColumnDefinition> columns,
      List<IndexDefinition> indexes) {
    String onDelete = action(key.onDelete());
    String onUpdate = action(key.onUpdate());
    if (!onUpdate.equals("NO ACTION") && !onUpdate.equals("RESTRICT")) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "ON UPDATE " + onUpdate);
    }
    if (key.columns().size() != key.referencedColumns().size()) {
      throw new Rejected(
          MySqlError.WRONG_FK_DEF, name, "Key reference and table reference don't match");
    }
    for (String column : key.columns()) {
      int number = IndexBuilder.find(columns, column);
      if (number < 0) {
        throw new Rejected(MySqlError.KEY_COLUMN_DOES_NOT_EXIST, column);
      }
      if (onDelete.equals("SET NULL") && !columns.get(number).nullable()) {
        throw new Rejected(MySqlError.FK_COLUMN_NOT_NULL, column, name);
      }
    }
    String database =
        key.references().hasDatabase() ? key.references().database() : table.database();
    ForeignKeyDefinition definition =
        new ForeignKeyDefinition(
            name,
            key.columns(),
            database,
            key.references().name(),
            key.referencedColumns(),
            onDelete,
            onUpdate);
    TableDefinition shape = shape(columns, indexes);
    if (ForeignKeyLookup.indexOn(shape, key.columns()) < 0) {
      indexes.add(indexFor(definition, columns, indexes));
    }
    checkParent(definition, table, columns, shape);
    return definition;
  }

  private static String action(String written) {
    return switch (written) {
      case "" -> "NO ACTION";
      case "SET DEFAULT" -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "SET DEFAULT");
      default -> written;
    };
  }

  private static TableDefinition shape(
      List<ColumnDefinition> columns, List<IndexDefinition> indexes) {
    return TableDefinition.create(columns, indexes, Collations.UTF8MB4_0900_AI_CI, "", Map.of(), 0);
  }

  private static IndexDefinition indexFor(
      ForeignKeyDefinition key, List<ColumnDefinition> columns, List<IndexDefinition> indexes) {
    List<IndexDefinition.Column> parts = new ArrayList<>();
    for (String column : key.columns()) {
      parts.add(new IndexDefinition.Column(IndexBuilder.find(columns, column), 0, false));
    }
    String name = key.name();
    for (int i = 2; isTaken(name, indexes); i++) {
      name = key.name() + "_" + i;
    }
    return new IndexDefinition(name, parts, false, false, "", "");
  }

  private static boolean isTaken(String name, List<IndexDefinition> indexes) {
    return indexes.stream().anyMatch(i -> i.name().equalsIgnoreCase(name));
  }

  private void checkParent(
      ForeignKeyDefinition key,
      QualifiedName table,
      List<ColumnDefinition> columns,
      TableDefinition shape) {
    boolean itself =
        key.referencedDatabase().equals(table.database())
            && key.referencedTable().equals(table.name());
    TableDefinition parent = shape;
    if (!itself) {
      session
          .transaction()
          .lockMetadata(
              key.referencedDatabase(), key.referencedTable(), MetadataLock.SHARED_NO_WRITE);
      Optional<BaseTable> found =
          graph.catalog().findStored(key.referencedDatabase(), key.referencedTable());
      if (found.isEmpty()) {
        if (checks()) {
          throw new Rejected(MySqlError.FK_CANNOT_OPEN_PARENT, key.referencedTable());
        }
        return;
      }
      parent = found.get().definition();
    }
    for (int i = 0; i < key.columns().size(); i++) {
      String referenced = key.referencedColumns().get(i);
      int number = parent.indexOfColumn(referenced);
      if (number < 0) {
        throw new Rejected(MySqlError.FK_NO_INDEX_PARENT, key.name(), key.referencedTable());
      }
      String column = key.columns().get(i);
      SqlType own = columns.get(IndexBuilder.find(columns, column)).type();
      if (!isComparable(own, parent.column(number).type())) {
        throw new Rejected(MySqlError.FK_INCOMPATIBLE_COLUMNS, column, referenced, key.name());
      }
    }
    if (ForeignKeyLookup.indexOn(parent, key.referencedColumns()) < 0) {
      throw new Rejected(MySqlError.FK_NO_INDEX_PARENT, key.name(), key.referencedTable());
    }
  }

  private static boolean isComparable(SqlType child, SqlType parent) {
    if (child.isString() && parent.isString()) {
      return child.collation().equals(parent.collation())
          && child.family() == parent.family()
          && child.members().equals(parent.members());
    }
    return child.kind() == parent.kind()
        && child.unsigned() == parent.unsigned()
        && child.scale() == parent.scale()
        && (child.length() == parent.length()
            || child.family() == io.tidemark.sql.type.TypeKind.Family.INTEGER);
  }

  /// Refuses a new definition that takes from a foreign key what it needs: columns or indexes of
  /// either side.
  void checkStillWhole(BaseTable before, TableDefinition after) {
    for (ForeignKeyDefinition key : after.foreignKeys()) {
      checkColumns(before.definition(), after, key.columns(), key.name());
    }
    for (Reference reference : graph.referencesTo(before.database(), before.name())) {
      ForeignKeyDefinition key = reference.key();
      checkColumns(before.definition(), after, key.referencedColumns(), key.name());
    }
  }

  private static void checkColumns(
      TableDefinition before, TableDefinition after, List<String> columns, String key) {
    for (String column : columns) {
      int now = after.indexOfColumn(column);
      if (now < 0) {
        throw new Rejected(MySqlError.FK_COLUMN_CANNOT_DROP, column, key);
      }
      int was = before.indexOfColumn(column);
      if (was >= 0 && !TableCopy.sameBytes(before.column(was).type(), after.column(now).type())) {
        throw new Rejected(MySqlError.FK_COLUMN_CANNOT_CHANGE, column, key);
      }
    }
    if (ForeignKeyLookup.indexOn(after, columns) < 0) {
      throw new Rejected(MySqlError.DROP_INDEX_FK, key);
    }
  }

  /// Refuses a new table that does not fit foreign keys which were defined before it was there.
  void checkNewParent(QualifiedName name, TableDefinition parent) {
    for (Reference reference : graph.referencesTo(name.database(), name.name())) {
      ForeignKeyDefinition key = reference.key();
      for (int i = 0; i < key.columns().size(); i++) {
        int number = parent.indexOfColumn(key.referencedColumns().get(i));
        int own = reference.child().indexOfColumn(key.columns().get(i));
        boolean fits =
            number >= 0
                && isComparable(
                    reference.child().columns().get(own).type(), parent.column(number).type());
        if (!fits) {
          throw new Rejected(
              MySqlError.FK_INCOMPATIBLE_COLUMNS,
              key.columns().get(i),
              key.referencedColumns().get(i),
              key.name());
        }
      }
      if (ForeignKeyLookup.indexOn(parent, key.referencedColumns()) < 0) {
        throw new Rejected(MySqlError.FK_NO_INDEX_PARENT, key.name(), name.name());
      }
    }
  }

  /// Refuses to drop tables that others refer to.
  void checkDrop(Set<QualifiedName> names) {
    if (!checks()) {
      return;
    }
    for (QualifiedName name : names) {
      for (Reference reference : graph.referencesTo(name.database(), name.name())) {
        BaseTable child = reference.child();
        if (!names.contains(new QualifiedName(child.database(), child.name()))) {
          throw new Rejected(
              MySqlError.FK_CANNOT_DROP_PARENT, name.name(), reference.key().name(), child.name());
        }
      }
    }
  }

  /// Refuses to truncate a table that others refer to.
  void checkTruncate(BaseTable table) {
    if (!checks()) {
      return;
    }
    for (Reference reference : graph.referencesTo(table.database(), table.name())) {
      BaseTable child = reference.child();
      if (!child.name().equals(table.name()) || !child.database().equals(table.database())) {
        throw new Rejected(
            MySqlError.TRUNCATE_ILLEGAL_FK,
            ForeignKeyLookup.print(reference.key(), child.database()));
      }
    }
  }

  /// Tables on either side of a foreign key keep their names.
  void refuseRename(QualifiedName name) {
    boolean child =
        graph
            .catalog()
            .findStored(name.database(), name.name())
            .map(t -> !t.definition().foreignKeys().isEmpty())
            .orElse(false);
    if (child || !graph.referencesTo(name.database(), name.name()).isEmpty()) {
      throw new Rejected(
          MySqlError.NOT_SUPPORTED_YET, "renaming a table with foreign key constraints");
    }
  }

  /// Checks the rows that are there against foreign keys that come new.
  void checkRows(BaseTable table, TableDefinition after) {
    if (!checks()) {
      return;
    }
    List<ForeignKeyDefinition> added = new ArrayList<>(after.foreignKeys());
    added.removeAll(table.definition().foreignKeys());
    if (!added.isEmpty()) {
      new ForeignKeyRows(session, graph).check(table, added);
    }
  }
}
