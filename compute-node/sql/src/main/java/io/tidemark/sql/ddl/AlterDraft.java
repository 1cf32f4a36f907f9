package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.AlterAction.Position;
import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.ColumnSpecification.ColumnKey;
import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A table's definition while the actions of ALTER TABLE change it, one after another, and what it
/// came from. Confined to the statement's thread.
final class AlterDraft {
  /// A column and the number it had, -1 if it is new.
  private record Draft(ColumnDefinition column, int source) {}

  /// An index over column names, and the number it had, -1 if it is new.
  private record DraftIndex(IndexDefinition index, List<String> columns, int source) {}

  private final TableDefinition before;
  private final SessionContext session;
  private final ColumnBuilder builder;
  private final List<Draft> columns = new ArrayList<>();
  private final List<DraftIndex> indexes = new ArrayList<>();
  private final List<IndexSpecification> newIndexes = new ArrayList<>();
  private final List<ColumnSpecification> newColumns = new ArrayList<>();
  private final Map<String, String> options = new HashMap<>();
  private final List<ForeignKeyDefinition> foreignKeys;
  private final List<AlterAction.ForeignKey> newForeignKeys = new ArrayList<>();
  private Collation collation;
  private boolean rebuild;
  private boolean primaryChanged;

  AlterDraft(TableDefinition before, SessionContext session, SessionServices services) {
    this.before = before;
    this.session = session;
    this.builder = new ColumnBuilder(session, services);
    this.collation = before.collation();
    this.foreignKeys = new ArrayList<>(before.foreignKeys());
    for (int i = 0; i < before.columns().size(); i++) {
      columns.add(new Draft(before.column(i), i));
    }
    for (int i = 0; i < before.indexes().size(); i++) {
      IndexDefinition index = before.indexes().get(i);
      List<String> names = new ArrayList<>();
      index.columns().forEach(c -> names.add(before.column(c.column()).name()));
      indexes.add(new DraftIndex(index, names, i));
    }
  }

  /// Applies one action that is about the definition itself.
  void apply(AlterAction action) {
    switch (action) {
      case AlterAction.AddColumn add -> addColumn(add.column(), add.position());
      case AlterAction.AddIndex add -> newIndexes.add(add.index());
      case AlterAction.AddForeignKey add -> newForeignKeys.add(add.key());
      case AlterAction.AddCheck add ->
          throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CHECK constraints");
      case AlterAction.DropColumn drop -> dropColumn(drop.column());
      case AlterAction.DropIndex drop -> dropIndex(drop.index());
      case AlterAction.DropPrimaryKey drop -> dropIndex(IndexDefinition.PRIMARY_NAME);
      case AlterAction.DropForeignKey drop -> dropForeignKey(drop.name());
      case AlterAction.DropConstraint drop -> {
        if (drop.check()) {
          throw new Rejected(MySqlError.CHECK_CONSTRAINT_NOT_FOUND, drop.name());
        }
        dropForeignKey(drop.name());
      }
      case AlterAction.ModifyColumn modify -> modifyColumn(modify);
      case AlterAction.AlterDefault change -> alterDefault(change);
      case AlterAction.AlterColumnVisibility change -> {
        int number = number(change.column());
        replace(number, columns.get(number).column().withInvisible(!change.visible()));
      }
      case AlterAction.AlterIndexVisibility change -> alterVisibility(change);
      case AlterAction.RenameColumn rename -> renameColumn(rename.oldName(), rename.newName());
      case AlterAction.RenameIndex rename -> renameIndex(rename);
      case AlterAction.ConvertCharset convert -> convertCharset(convert);
      case AlterAction.Options more -> addOptions(more.options());
      case AlterAction.Force force -> rebuild = true;
      case AlterAction.RenameTable rename -> {}
      case AlterAction.Reorder reorder ->
          throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "ALTER TABLE .. ORDER BY");
      case AlterAction.Keys keys -> {}
      case AlterAction.Manner manner -> {}
    }
  }

  private void dropForeignKey(String name) {
    if (!foreignKeys.removeIf(k -> k.name().equalsIgnoreCase(name))) {
      throw new Rejected(MySqlError.CANT_DROP_FIELD_OR_KEY, name);
    }
  }

  private int number(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).column().name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new Rejected(MySqlError.BAD_FIELD, name, "table definition");
  }

  private void replace(int number, ColumnDefinition column) {
    columns.set(number, new Draft(column, columns.get(number).source()));
  }

  private void addColumn(ColumnSpecification specification, Position position) {
    ColumnDefinition column = builder.build(specification, collation);
    insert(new Draft(column, -1), position);
    newColumns.add(specification);
  }

  private void insert(Draft draft, Position position) {
    if (position.first()) {
      columns.add(0, draft);
    } else if (position.after().isEmpty()) {
      columns.add(draft);
    } else {
      columns.add(number(position.after()) + 1, draft);
    }
  }

  private void dropColumn(String name) {
    int number = find(name);
    String real = columns.get(number).column().name();
    columns.remove(number);
    if (columns.isEmpty()) {
      throw new Rejected(MySqlError.CANT_REMOVE_ALL_FIELDS);
    }
    for (int i = 0; i < indexes.size(); i++) {
      DraftIndex index = indexes.get(i);
      List<String> names = new ArrayList<>(index.columns());
      List<IndexDefinition.Column> parts = new ArrayList<>(index.index().columns());
      for (int j = names.size() - 1; j >= 0; j--) {
        if (names.get(j).equalsIgnoreCase(real)) {
          names.remove(j);
          parts.remove(j);
        }
      }
      if (names.size() != index.columns().size()) {
        primaryChanged |= index.index().isPrimary();
        indexes.set(i, new DraftIndex(index.index().withColumns(parts), names, -1));
      }
    }
    indexes.removeIf(
        i -> i.columns().isEmpty() && !i.index().name().equals(IndexDefinition.HIDDEN_NAME));
  }

  private int find(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).column().name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new Rejected(MySqlError.CANT_DROP_FIELD_OR_KEY, name);
  }

  private void dropIndex(String name) {
    boolean removed =
        indexes.removeIf(i -> !i.index().isHidden() && i.index().name().equalsIgnoreCase(name));
    if (!removed) {
      throw new Rejected(MySqlError.CANT_DROP_FIELD_OR_KEY, name);
    }
    primaryChanged |= name.equalsIgnoreCase(IndexDefinition.PRIMARY_NAME);
  }

  private void modifyColumn(AlterAction.ModifyColumn modify) {
    int number = number(modify.oldName());
    Draft old = columns.get(number);
    ColumnSpecification specification = modify.column();
    ColumnDefinition column = builder.build(specification, collation);
    boolean inPrimary =
        indexes.stream()
            .anyMatch(i ->
                i.index().isPrimary()
                    && i.columns().stream().anyMatch(modify.oldName()::equalsIgnoreCase));
    if (inPrimary) {
      if (specification.nullability() == ColumnSpecification.Nullability.NULL) {
        throw new Rejected(MySqlError.PRIMARY_CANT_HAVE_NULL);
      }
      column = column.withNullable(false);
    }
    columns.set(number, new Draft(column, old.source()));
    renameInIndexes(old.column().name(), column.name());
    if (specification.key() != ColumnKey.NONE) {
      newColumns.add(specification);
    }
    if (modify.positioned()) {
      Draft moved = columns.remove(number);
      insert(moved, modify.position());
    }
  }

  private void renameInIndexes(String from, String to) {
    indexes.replaceAll(i ->
        new DraftIndex(
            i.index(),
            i.columns().stream().map(c -> c.equalsIgnoreCase(from) ? to : c).toList(),
            i.source()));
  }

  private void renameColumn(String from, String to) {
    int number = number(from);
    ColumnBuilder.checkName(to);
    replace(number, columns.get(number).column().withName(to));
    renameInIndexes(from, to);
  }

  private void alterDefault(AlterAction.AlterDefault change) {
    int number = number(change.column());
    ColumnDefinition column = columns.get(number).column();
    if (!change.defaultValue().isPresent()) {
      replace(number, column.withDefault(io.tidemark.sql.table.ColumnDefault.NONE));
      return;
    }
    replace(
        number,
        column.withDefault(
            builder.defaultOf(
                column.name(),
                column.type(),
                column.nullable(),
                change.defaultValue(),
                change.isExpression())));
  }

  private void alterVisibility(AlterAction.AlterIndexVisibility change) {
    int number = indexNumber(change.index());
    DraftIndex index = indexes.get(number);
    indexes.set(
        number,
        new DraftIndex(
            index.index().withInvisible(!change.visible()), index.columns(), index.source()));
  }

  private int indexNumber(String name) {
    for (int i = 0; i < indexes.size(); i++) {
      if (!indexes.get(i).index().isHidden()
          && indexes.get(i).index().name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new Rejected(MySqlError.KEY_DOES_NOT_EXIST, name, "table");
  }

  private void renameIndex(AlterAction.RenameIndex rename) {
    int number = indexNumber(rename.oldName());
    IndexBuilder.checkName(rename.newName());
    DraftIndex index = indexes.get(number);
    indexes.set(
        number,
        new DraftIndex(index.index().withName(rename.newName()), index.columns(), index.source()));
  }

  private void convertCharset(AlterAction.ConvertCharset convert) {
    Collation target =
        CharsetChoice.resolve(
            convert.charset().equalsIgnoreCase("default") ? "" : convert.charset(),
            convert.collation(),
            collation);
    collation = target;
    for (int i = 0; i < columns.size(); i++) {
      ColumnDefinition column = columns.get(i).column();
      SqlType type = column.type();
      boolean text =
          type.family() == TypeKind.Family.TEXT
              || (type.family() == TypeKind.Family.MEMBERS
                  && !type.collation().equals(Collations.BINARY));
      if (text) {
        replace(i, column.withType(type.withCollation(target)));
      }
    }
  }

  private void addOptions(Map<String, String> more) {
    options.putAll(more);
    if (more.containsKey("ENGINE") || more.containsKey("ROW_FORMAT")) {
      rebuild = true;
    }
    if (more.containsKey("CHARSET") || more.containsKey("COLLATE")) {
      collation =
          CharsetChoice.resolve(
              more.getOrDefault("CHARSET", ""), more.getOrDefault("COLLATE", ""), collation);
    }
  }

  Map<String, String> options() {
    return options;
  }

  /// Makes the plan of what is to be done.
  AlterPlan finish(QualifiedName name, ForeignKeys references) {
    String table = name.name();
    List<ColumnDefinition> after = new ArrayList<>();
    columns.forEach(c -> after.add(c.column()));
    List<IndexDefinition> kept = new ArrayList<>();
    List<Integer> keptSources = new ArrayList<>();
    for (DraftIndex index : indexes) {
      if (index.index().isHidden()) {
        continue;
      }
      kept.add(rebound(index, after));
      keptSources.add(index.source());
    }
    List<IndexDefinition> added = addedIndexes(after, kept);
    boolean newPrimary = added.stream().anyMatch(IndexDefinition::isPrimary);
    if (newPrimary && kept.stream().anyMatch(IndexDefinition::isPrimary)) {
      throw new Rejected(MySqlError.MULTIPLE_PRI_KEY);
    }
    List<IndexDefinition> all = new ArrayList<>(kept);
    all.addAll(added);
    List<ForeignKeyDefinition> keys =
        references.build(newForeignKeys, name, after, all, foreignKeys);
    int addedCount = all.size() - kept.size();
    IndexBuilder.checkAll(all, after);
    TableLimits.checkColumns(after);
    String comment = options.getOrDefault("COMMENT", before.comment());
    TableLimits.checkComment(table, comment);
    TableOptions.refuseUnsupported(options);
    TableOptions.checkEngine(options, table, session);
    TableDefinition definition =
        TableDefinition.create(
                after,
                all,
                collation,
                comment,
                TableOptions.kept(before.options(), options),
                before.createTimeMillis())
            .withForeignKeys(keys);
    List<Integer> sources = columns.stream().map(Draft::source).toList();
    boolean copy = rebuild || primaryChanged || newPrimary || changesRows(sources, after);
    copy |= keptSources.contains(-1);
    return new AlterPlan(before, definition, sources, keptSources, addedCount, copy);
  }

  private IndexDefinition rebound(DraftIndex index, List<ColumnDefinition> after) {
    List<IndexDefinition.Column> parts = new ArrayList<>();
    for (int i = 0; i < index.columns().size(); i++) {
      IndexDefinition.Column part = index.index().columns().get(i);
      int number = IndexBuilder.find(after, index.columns().get(i));
      if (number < 0) {
        throw new Rejected(MySqlError.KEY_COLUMN_DOES_NOT_EXIST, index.columns().get(i));
      }
      parts.add(new IndexDefinition.Column(number, part.prefixLength(), part.descending()));
      SqlType type = after.get(number).type();
      if (type.kind().isLob() && part.prefixLength() == 0) {
        throw new Rejected(MySqlError.BLOB_KEY_WITHOUT_LENGTH, after.get(number).name());
      }
      if (part.prefixLength() > 0 && !type.isString()) {
        throw new Rejected(MySqlError.WRONG_SUB_KEY);
      }
    }
    return index.index().withColumns(parts);
  }

  private List<IndexDefinition> addedIndexes(
      List<ColumnDefinition> after, List<IndexDefinition> kept) {
    List<IndexSpecification> specifications = TableBuilder.specifications(newColumns, newIndexes);
    Set<String> taken = new HashSet<>();
    kept.forEach(i -> taken.add(i.name().toLowerCase(Locale.ROOT)));
    List<IndexDefinition> added = new ArrayList<>();
    for (IndexSpecification specification : specifications) {
      String name = IndexBuilder.chooseName(specification, taken);
      taken.add(name.toLowerCase(Locale.ROOT));
      if (specification.kind() == IndexSpecification.IndexKind.PRIMARY) {
        for (IndexSpecification.Part part : specification.parts()) {
          int number = IndexBuilder.find(after, part.column());
          if (number >= 0 && after.get(number).nullable()) {
            after.set(number, after.get(number).withNullable(false));
            rebuild = true;
          }
        }
      }
      added.add(IndexBuilder.build(specification, name, after));
    }
    return added;
  }

  /// Whether stored rows or keys must change: columns gone, moved, retyped, or new but not last.
  private boolean changesRows(List<Integer> sources, List<ColumnDefinition> after) {
    int old = before.columns().size();
    for (int i = 0; i < sources.size(); i++) {
      if (i < old) {
        if (sources.get(i) != i || !sameStorage(i, after.get(i))) {
          return true;
        }
      } else if (sources.get(i) >= 0 || after.get(i).autoIncrement()) {
        return true;
      }
    }
    return sources.size() < old;
  }

  private boolean sameStorage(int column, ColumnDefinition after) {
    ColumnDefinition was = before.column(column);
    return was.nullable() == after.nullable() && TableCopy.sameBytes(was.type(), after.type());
  }
}
