package io.tidemark.sql.ddl;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.DefinitionStatement.AlterTable;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.DefinitionCodec;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.InstantColumns;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// ALTER TABLE, CREATE INDEX and DROP INDEX: in place where rows can stay as they are, else by
/// copying into a new table that takes the old one's name in the same group of changes. Stateless.
final class AlterTables {
  private static final String COPY_PREFIX = "#sql-copy-";

  private final Tables tables;

  AlterTables(Tables tables) {
    this.tables = tables;
  }

  StatementOutcome alter(
      AlterTable statement,
      SessionContext session,
      SessionServices services,
      SessionProcess process) {
    QualifiedName name = TableLimits.resolve(statement.name(), session);
    BaseTable table = tables.lock(name, session);
    Optional<QualifiedName> newName = newName(statement, session, name);
    AlterDraft draft = new AlterDraft(table.definition(), session, services);
    for (AlterAction action : statement.actions()) {
      draft.apply(action);
    }
    ForeignKeys references = new ForeignKeys(session, tables.graph());
    if (newName.isPresent()) {
      references.refuseRename(name);
    }
    AlterPlan plan = draft.finish(name, references);
    references.checkStillWhole(table, plan.after());
    references.checkRows(table, plan.after());
    refuseManner(statement.actions(), plan);
    long rows = 0;
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      TableDescriptor now;
      if (plan.copy()) {
        process.setState("copy to tmp table");
        TableCopy copy = new TableCopy(session, process, tables.rowNumbers());
        now = createCopy(ddl, table, plan);
        BaseTable target = new BaseTable(now);
        rows = copy.copy(table, target, plan.sources());
        long counter = Math.max(session.dictionary().counter(table.descriptor()), rows + 1);
        if (!table.definition().autoIncrementColumn().isPresent()) {
          counter = rows + 1;
        }
        if (plan.after().autoIncrementColumn().isPresent()) {
          ddl.setCounter(now, Math.max(1, counter));
        }
        ddl.dropTable(table.descriptor());
        now = ddl.renameTable(now, name.database(), name.name());
      } else {
        now = inPlace(ddl, table, plan, session);
      }
      setCounter(ddl, now, draft.options(), plan, session, table);
      if (newName.isPresent()) {
        ddl.renameTable(now, newName.get().database(), newName.get().name());
      }
      ddl.commit();
    }
    return new StatementOutcome.Done(
        rows, "Records: " + rows + "  Duplicates: 0  Warnings: " + session.warnings().count());
  }

  private Optional<QualifiedName> newName(
      AlterTable statement, SessionContext session, QualifiedName name) {
    for (AlterAction action : statement.actions()) {
      if (action instanceof AlterAction.RenameTable rename) {
        QualifiedName written = rename.newName();
        TableLimits.checkTableName(written.name());
        QualifiedName target =
            written.hasDatabase()
                ? written
                : new QualifiedName(
                    session.database().isEmpty() ? name.database() : session.database(),
                    written.name());
        if (target.equals(name)) {
          return Optional.empty();
        }
        tables.refuseVirtual(target, session);
        session
            .transaction()
            .lockMetadata(target.database(), target.name(), MetadataLock.EXCLUSIVE);
        if (session.dictionary().findDatabase(target.database()).isEmpty()) {
          throw new Rejected(MySqlError.BAD_DB, target.database());
        }
        if (session.dictionary().findTable(target.database(), target.name()).isPresent()) {
          throw new Rejected(MySqlError.TABLE_EXISTS, target.name());
        }
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }

  /// ALGORITHM and LOCK are promises that must be kept or refused.
  private static void refuseManner(List<AlterAction> actions, AlterPlan plan) {
    boolean instant = !plan.copy() && plan.addedIndexes() == 0 && plan.droppedIndexes().isEmpty();
    for (AlterAction action : actions) {
      if (action instanceof AlterAction.Manner manner) {
        String asked = manner.name() + "=" + manner.value();
        if (asked.equals("ALGORITHM=INPLACE") && plan.copy()) {
          throw new Rejected(MySqlError.ALTER_OPERATION_NOT_SUPPORTED, asked, "ALGORITHM=COPY");
        }
        if (asked.equals("ALGORITHM=INSTANT") && !instant) {
          throw new Rejected(
              MySqlError.ALTER_OPERATION_NOT_SUPPORTED, asked, "ALGORITHM=COPY/INPLACE");
        }
        if (asked.equals("LOCK=NONE") && !instant) {
          throw new Rejected(MySqlError.ALTER_OPERATION_NOT_SUPPORTED, asked, "LOCK=SHARED");
        }
      }
    }
  }

  private static TableDescriptor createCopy(DdlTransaction ddl, BaseTable table, AlterPlan plan) {
    return ddl.createTable(
        table.database(),
        COPY_PREFIX + table.descriptor().tableId(),
        DefinitionCodec.encode(plan.after()),
        Tables.uniqueness(plan.after()));
  }

  private TableDescriptor inPlace(
      DdlTransaction ddl, BaseTable table, AlterPlan plan, SessionContext session) {
    Map<Integer, Value> instant = new LinkedHashMap<>();
    int first = plan.before().columns().size();
    for (int i = 0; i < plan.instantColumns().size(); i++) {
      instant.put(first + i, instantValue(plan.instantColumns().get(i), session));
    }
    TableDefinition definition =
        InstantColumns.add(table, plan.after(), instant, session.settings().timeZone());
    // First the columns, then the indexes that go, then the new ones: each step's definition has
    // exactly the indexes that the engine has after it.
    List<IndexDefinition> current = currentIndexes(plan);
    TableDescriptor now =
        ddl.alterDefinition(
            table.descriptor(), DefinitionCodec.encode(definition.withIndexes(current)));
    List<Integer> dropped = plan.droppedIndexes();
    for (int i = dropped.size() - 1; i >= 0; i--) {
      int indexNo = dropped.get(i);
      current = new ArrayList<>(current);
      current.remove(indexNo);
      now = ddl.dropIndex(now, DefinitionCodec.encode(definition.withIndexes(current)), indexNo);
    }
    for (IndexDefinition added : plan.added()) {
      current = new ArrayList<>(current);
      current.add(added);
      byte[] bytes = DefinitionCodec.encode(definition.withIndexes(current));
      try {
        now = ddl.addIndex(now, bytes, added.unique());
      } catch (DuplicateKey e) {
        throw duplicate(table, added, e, session);
      }
    }
    return now;
  }

  /// The indexes of before under their definitions of after, those that go as they were.
  private static List<IndexDefinition> currentIndexes(AlterPlan plan) {
    List<IndexDefinition> current = new ArrayList<>(plan.before().indexes());
    List<IndexDefinition> kept =
        plan.after().indexes().stream().filter(i -> !i.isHidden()).toList();
    for (int i = 0; i < plan.keptIndexes().size(); i++) {
      current.set(plan.keptIndexes().get(i), kept.get(i));
    }
    return current;
  }

  private static Rejected duplicate(
      BaseTable table, IndexDefinition added, DuplicateKey e, SessionContext session) {
    String values =
        session
            .transaction()
            .find(
                table.descriptor(),
                e.existingPrimaryKey(),
                io.tidemark.engine.LockMode.NONE,
                io.tidemark.engine.LockWait.WAIT)
            .map(row ->
                DuplicateEntry.values(
                    table.newRowReader().wrap(row), added, session.settings().timeZone()))
            .orElse("");
    return new Rejected(MySqlError.DUP_ENTRY, values, table.name() + "." + added.name());
  }

  private static Value instantValue(ColumnDefinition column, SessionContext session) {
    if (column.defaultValue() instanceof ColumnDefault.CurrentTimestamp) {
      return StatementClock.now(session, column.type(), new StrictStore(column.name(), session));
    }
    return NullValue.NULL;
  }

  private static void setCounter(
      DdlTransaction ddl,
      TableDescriptor now,
      Map<String, String> options,
      AlterPlan plan,
      SessionContext session,
      BaseTable table) {
    long wanted = TableOptions.autoIncrement(options);
    if (wanted > 0 && plan.after().autoIncrementColumn().isPresent()) {
      ddl.setCounter(now, Math.max(wanted, session.dictionary().counter(table.descriptor())));
    }
  }
}
