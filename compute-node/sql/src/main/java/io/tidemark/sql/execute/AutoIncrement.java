package io.tidemark.sql.execute;

import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.session.SessionContext;

/// The AUTO_INCREMENT values of one INSERT: reserved in batches, the first as large as the
/// statement's known rows, then doubling. Confined to the statement's thread.
///
/// Source: MySQL manual, AUTO_INCREMENT Handling in InnoDB; `auto_increment_increment` and
/// `_offset`.
final class AutoIncrement {
  private static final long MAX_BATCH = 65_536;

  private final DataDictionary dictionary;
  private final TableDescriptor table;
  private final SessionContext session;
  private final long increment;
  private final long offset;
  private long wanted;
  private long next;
  private long end;

  /// `knownRows` is how many rows the statement has at least.
  AutoIncrement(SessionContext session, TableDescriptor table, long knownRows) {
    this.dictionary = session.dictionary();
    this.table = table;
    this.session = session;
    this.increment = session.settings().autoIncrementIncrement();
    this.offset = session.settings().autoIncrementOffset();
    this.wanted = Math.max(1, knownRows);
  }

  /// The next value.
  long generate() {
    long set = session.nextInsertId();
    if (set != 0) {
      session.setNextInsertId(0);
      given(set);
      return set;
    }
    long value = aligned(next);
    if (next == 0 || value >= end) {
      long count = Math.min(wanted, MAX_BATCH) * increment;
      next = dictionary.advanceCounter(table, 1, count);
      end = next + count;
      value = aligned(next);
      wanted = Math.min(MAX_BATCH, wanted * 2);
      if (value >= end) {
        next = dictionary.advanceCounter(table, value, increment);
        end = next + increment;
        value = aligned(next);
      }
    }
    next = value + 1;
    return value;
  }

  private long aligned(long value) {
    if (increment == 1) {
      return value;
    }
    long start = offset > increment ? 1 : offset;
    long rest = Math.floorMod(value - start, increment);
    return rest == 0 ? value : value + increment - rest;
  }

  /// A value that the statement gave itself: later ones are larger.
  void given(long value) {
    if (value > 0 && value < Long.MAX_VALUE) {
      if (value >= next && value < end) {
        next = value + 1;
      }
      if (value + 1 > dictionary.counter(table)) {
        dictionary.advanceCounter(table, value + 1, 0);
      }
    }
  }
}
