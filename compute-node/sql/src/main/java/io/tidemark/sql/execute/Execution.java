package io.tidemark.sql.execute;

import io.tidemark.engine.Transaction;
import io.tidemark.sql.bind.LiteralRows;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run of a statement: the slots that rows pass through, the parameters, and what subqueries
/// remember. Confined to the statement's thread.
public final class Execution {
  private static final Value[] NO_VALUES = {};

  private final SessionContext session;
  private final EvalContext context;
  private final Transaction transaction;
  private final Value[] slots;
  private final Arguments arguments;
  private final @Nullable Object[] memory;
  private @Nullable WorkMemory workMemory;
  private int sinceInterruptCheck;
  private long countedRows = -1;

  public Execution(
      SessionContext session,
      EvalContext context,
      Transaction transaction,
      int slotCount,
      int memoryCount,
      Arguments arguments) {
    this.session = session;
    this.context = context;
    this.transaction = transaction;
    this.slots = slotCount == 0 ? NO_VALUES : new Value[slotCount];
    Arrays.fill(slots, NullValue.NULL);
    this.arguments = arguments;
    this.memory = new Object[memoryCount];
  }

  public SessionContext session() {
    return session;
  }

  public EvalContext context() {
    return context;
  }

  public Transaction transaction() {
    return transaction;
  }

  public Value slot(int slot) {
    return slots[slot];
  }

  public void setSlot(int slot, Value value) {
    slots[slot] = value;
  }

  public Value parameter(int index) {
    return arguments.parameters()[index];
  }

  /// The rows to insert in place of those of the plan.
  Optional<LiteralRows> rows() {
    return arguments.rows();
  }

  /// Sets slots to NULL.
  public void clear(int[] which) {
    for (int slot : which) {
      slots[slot] = NullValue.NULL;
    }
  }

  /// A copy of some slots.
  public Value[] save(int[] which) {
    Value[] row = new Value[which.length];
    for (int i = 0; i < which.length; i++) {
      row[i] = slots[which[i]];
    }
    return row;
  }

  /// Puts a copy made by [#save] back.
  public void restore(int[] which, Value[] row) {
    for (int i = 0; i < which.length; i++) {
      slots[which[i]] = row[i];
    }
  }

  /// What the part of the plan with this number remembers for the rest of the execution.
  @SuppressWarnings("unchecked")
  public <T> T remember(int number, Supplier<T> make) {
    Object known = memory[number];
    if (known == null) {
      known = make.get();
      memory[number] = known;
    }
    return (T) known;
  }

  /// Where operators keep rows, until the statement ends.
  public WorkMemory workMemory() {
    WorkMemory known = workMemory;
    if (known == null) {
      known = session.statementMemory(this::checkInterrupt);
      workMemory = known;
    }
    return known;
  }

  /// Notes how many rows there would be without LIMIT (SQL_CALC_FOUND_ROWS).
  void setCountedRows(long rows) {
    countedRows = rows;
  }

  /// What [#setCountedRows] noted; -1 if nothing.
  public long countedRows() {
    return countedRows;
  }

  /// To be called for every row: ends the statement with error 1317 if it was killed.
  public void checkInterrupt() {
    if (++sinceInterruptCheck >= 64) {
      sinceInterruptCheck = 0;
      if (session.isInterrupted()) {
        throw new Rejected(MySqlError.QUERY_INTERRUPTED);
      }
    }
  }
}
