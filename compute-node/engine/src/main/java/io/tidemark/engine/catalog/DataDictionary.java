package io.tidemark.engine.catalog;

import java.util.List;
import java.util.Optional;

/// Databases and tables as of now (on a replica: as of its applied LSN). Names are exact; folding
/// by `lower_case_table_names` is the caller's. Cheap: answered from memory. Thread-safe.
public interface DataDictionary {
  /// Rises with every change; equal versions mean equal contents.
  long version();

  List<String> databases();

  /// The SQL layer's encoded definition of a database.
  Optional<byte[]> findDatabase(String name);

  Optional<TableDescriptor> findTable(String database, String name);

  List<TableDescriptor> tables(String database);

  /// The next value of a counter of the table, AUTO_INCREMENT among them, without changing it.
  long counter(TableDescriptor table);

  /// Reserves values from the table's counter: returns the first of `count`, after having raised
  /// the counter to at least `atLeast`. What was ever returned is never returned again, also after
  /// a crash; gaps may remain.
  long advanceCounter(TableDescriptor table, long atLeast, long count);

  /// An approximate number of rows, for the optimiser and SHOW TABLE STATUS.
  long estimatedRows(TableDescriptor table);
}
