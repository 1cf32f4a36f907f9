package io.tidemark.sql.execute;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.LiteralRows;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.session.SessionDelegate;
import io.tidemark.sql.spill.RowList;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.IndexKeyCodec;
import io.tidemark.sql.table.KeyBuilder;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs INSERT and REPLACE. Made for each execution. Confined to the statement's thread.
public final class InsertRunner {
  private static final int NO_SLOT = -1;

  private final BoundChange.Insert insert;
  private final @Nullable PlanNode query;
  private final Execution execution;
  private final SessionDelegate delegate;
  private final EvalContext context;
  private final Transaction transaction;
  private final BaseTable table;
  private final TableDescriptor descriptor;
  private final ColumnStore store;
  private final RowWriter writer;
  private final RowReader reader;
  private final RowReader oldReader;
  private final KeyBuilder keyBuilder;
  private final int autoColumn;
  private final AutoIncrement autoIncrement;
  private final int[] columns;
  private final int[] slots;
  private final boolean[] isGiven;
  private final GatheredRows gathered;
  private final boolean several;
  private final boolean gathers;
  private long rows;
  private long affected;
  private long duplicates;
  private long firstGenerated;
  private long lastGiven;

  public InsertRunner(
      BoundChange.Insert insert,
      @Nullable PlanNode query,
      Execution execution,
      SessionDelegate delegate) {
    this.insert = insert;
    this.query = query;
    this.execution = execution;
    this.delegate = delegate;
    this.context = execution.context();
    this.transaction = execution.transaction();
    this.table = insert.table();
    this.descriptor = table.descriptor();
    this.store = new ColumnStore(table, context, insert.ignore());
    this.writer = table.newRowWriter();
    this.reader = table.newRowReader();
    this.oldReader = table.newRowReader();
    this.keyBuilder = table.keyCodec(0).newBuilder();
    this.autoColumn = table.definition().autoIncrementColumn().orElse(-1);
    int known =
        query != null ? 1 : execution.rows().map(LiteralRows::count).orElse(insert.rows().size());
    this.autoIncrement = new AutoIncrement(execution.session(), descriptor, known);
    this.several = query != null || known > 1;
    this.columns = insert.columns().stream().mapToInt(Integer::intValue).toArray();
    this.slots = new int[table.columns().size()];
    Arrays.fill(slots, NO_SLOT);
    insert.target().slots().forEach((column, slot) -> slots[column] = slot);
    this.isGiven = new boolean[table.columns().size()];
    for (int column : columns) {
      isGiven[column] = true;
    }
    this.gathered =
        new GatheredRows(transaction, table, execution.session().warnings(), context.timeZone());
    this.gathers = gathers();
  }

  /// Whether rows are inserted together: where a duplicate ends the statement, and nothing is
  /// looked up for each row.
  private boolean gathers() {
    return several
        && !insert.ignore()
        && !insert.replace()
        && insert.onDuplicate().isEmpty()
        && table.definition().foreignKeys().isEmpty()
        && insert.query().stream()
            .flatMap(bound -> bound.outputs().stream())
            .allMatch(output -> GatheredRows.mayRunAhead(output.expression()));
  }

  public ChangeResult run() {
    try {
      insertRows();
    } catch (Rejected e) {
      if (e.error() != MySqlError.LOCK_DEADLOCK) {
        // An earlier row's error comes first.
        gathered.insert();
      }
      throw e;
    }
    gathered.insert();
    String information =
        several
            ? "Records: "
                + rows
                + "  Duplicates: "
                + duplicates
                + "  Warnings: "
                + execution.session().warnings().count()
            : "";
    return new ChangeResult(
        affected,
        firstGenerated != 0 ? firstGenerated : lastGiven,
        firstGenerated != 0,
        information);
  }

  private void insertRows() {
    PlanNode plan = query;
    if (plan != null) {
      insertQuery(plan);
    } else if (execution.rows().isPresent()) {
      insertLiterals(execution.rows().get());
    } else {
      for (List<Optional<BoundExpression>> row : insert.rows()) {
        execution.checkInterrupt();
        insertRow(row);
      }
    }
  }

  private void insertLiterals(LiteralRows literals) {
    Value[] given = new Value[literals.columns()];
    while (literals.next(given)) {
      execution.checkInterrupt();
      insertValues(given);
    }
  }

  private void insertQuery(PlanNode plan) {
    BoundQuery bound = insert.query().orElseThrow();
    boolean buffered =
        QueryTables.of(bound).stream().anyMatch(t -> t.tableId() == descriptor.tableId());
    try (RowList kept = new RowList(execution.workMemory())) {
      readQuery(
          plan,
          bound,
          row -> {
            if (buffered) {
              kept.add(row);
            } else {
              insertValues(row);
            }
          });
      RowList.Reader reader = kept.read();
      for (Value[] row = reader.next(); row != null; row = reader.next()) {
        execution.checkInterrupt();
        insertValues(row);
      }
    }
  }

  private void readQuery(PlanNode plan, BoundQuery bound, Consumer<Value[]> consumer) {
    try (RowSource source = plan.open(execution)) {
      while (source.next()) {
        execution.checkInterrupt();
        Value[] row = new Value[bound.outputs().size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = bound.outputs().get(i).expression().evaluate(execution);
        }
        consumer.accept(row);
      }
    }
  }

  private void insertValues(Value[] given) {
    Value[] row = begin();
    for (int i = 0; i < given.length; i++) {
      set(row, columns[i], given[i]);
    }
    write(row);
  }

  private void insertRow(List<Optional<BoundExpression>> values) {
    for (Optional<BoundExpression> value : values) {
      if (value.isPresent() && !GatheredRows.mayRunAhead(value.get())) {
        gathered.insert();
      }
    }
    Value[] row = begin();
    for (int i = 0; i < values.size(); i++) {
      int column = columns[i];
      Optional<BoundExpression> value = values.get(i);
      if (value.isPresent()) {
        set(row, column, value.get().evaluate(context, execution));
      } else {
        row[column] = store.defaultOf(column);
        show(column, row[column]);
      }
    }
    write(row);
  }

  /// A row with the defaults of the columns that get no value.
  private Value[] begin() {
    rows++;
    store.setRow(rows);
    Value[] row = new Value[table.columns().size()];
    for (int column = 0; column < row.length; column++) {
      if (isGiven[column]) {
        row[column] = NullValue.NULL;
      } else {
        row[column] = store.defaultOf(column);
        show(column, row[column]);
      }
    }
    return row;
  }

  private void set(Value[] row, int column, Value value) {
    Value stored = store.store(column, value);
    if (column != autoColumn) {
      stored = store.checkNull(column, stored, !several);
    }
    row[column] = stored;
    show(column, stored);
  }

  /// Later values of the row may read it.
  private void show(int column, Value value) {
    if (slots[column] != NO_SLOT) {
      execution.setSlot(slots[column], value);
    }
  }

  private void write(Value[] row) {
    boolean generated = false;
    if (autoColumn >= 0) {
      Value value = row[autoColumn];
      boolean zero = value instanceof IntValue number && number.value() == 0;
      if (value.isNull() || (zero && !context.hasMode(SqlMode.NO_AUTO_VALUE_ON_ZERO))) {
        long next = autoIncrement.generate();
        row[autoColumn] = store.store(autoColumn, IntValue.of(next));
        generated = true;
      } else {
        autoIncrement.given(value.toLong(context));
      }
    }
    byte[] bytes = encode(row);
    reader.wrap(bytes);
    boolean added = put(row, bytes);
    if (added && autoColumn >= 0) {
      long value = row[autoColumn].toLong(context);
      if (!generated) {
        lastGiven = value;
      } else if (firstGenerated == 0) {
        firstGenerated = value;
      }
    }
  }

  private byte[] encode(Value[] row) {
    writer.start();
    for (int column = 0; column < row.length; column++) {
      StoredValues.write(writer, column, row[column], context.timeZone());
    }
    return writer.finish();
  }

  private byte[] newKey() {
    return table.definition().hasHiddenKey()
        ? IndexKeyCodec.hiddenKey(delegate.nextRowNumber())
        : keyBuilder.columnKey(reader);
  }

  /// Inserts the row, or does what the statement says about a duplicate; whether the row is there
  /// now.
  private boolean put(Value[] row, byte[] bytes) {
    boolean exclusive = insert.replace() || !insert.onDuplicate().isEmpty();
    byte[] key = newKey();
    if (gathers) {
      gathered.add(key, bytes);
      affected++;
      return true;
    }
    while (true) {
      long before = insert.ignore() || exclusive ? transaction.savepoint() : 0;
      try {
        transaction.insert(descriptor, key, bytes, exclusive);
        affected++;
        return true;
      } catch (DuplicateKey duplicate) {
        if (insert.ignore() || exclusive) {
          transaction.rollbackToSavepoint(before);
        }
        Rejected error = Duplicates.error(table, reader, duplicate.indexNo(), context.timeZone());
        if (insert.replace()) {
          duplicates++;
          affected++;
          transaction.delete(descriptor, duplicate.existingPrimaryKey());
          continue;
        }
        if (!insert.onDuplicate().isEmpty()) {
          duplicates++;
          return updateExisting(row, duplicate.existingPrimaryKey());
        }
        if (!insert.ignore()) {
          throw error;
        }
        duplicates++;
        context.warn(
            error.error(),
            Duplicates.arguments(table, reader, duplicate.indexNo(), context.timeZone()));
        return false;
      }
    }
  }

  private boolean updateExisting(Value[] row, byte[] existingKey) {
    Optional<byte[]> found =
        transaction.find(descriptor, existingKey, LockMode.EXCLUSIVE, LockWait.WAIT);
    if (found.isEmpty()) {
      return put(row, encode(row));
    }
    oldReader.wrap(found.get());
    for (Map.Entry<Integer, Integer> slot : insert.target().slots().entrySet()) {
      execution.setSlot(
          slot.getValue(), StoredValues.read(oldReader, slot.getKey(), context.timeZone()));
    }
    for (Map.Entry<Integer, Integer> slot : insert.inserted().slots().entrySet()) {
      execution.setSlot(slot.getValue(), row[slot.getKey()]);
    }
    RowChange change = new RowChange(table, store, execution, insert.target());
    List<Assignment> assignments = insert.onDuplicate();
    boolean changed = change.apply(assignments, existingKey, found.get());
    if (changed) {
      affected += 2;
    } else if (execution.session().connection().foundRows()) {
      affected++;
    }
    if (autoColumn >= 0) {
      Value id = StoredValues.read(oldReader.wrap(change.newRow()), autoColumn, context.timeZone());
      if (!id.isNull()) {
        lastGiven = id.toLong(context);
      }
    }
    return false;
  }
}
