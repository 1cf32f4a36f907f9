package io.tidemark.sql.constraint;

import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.TableCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which tables refer to which, read from all definitions whenever the dictionary has changed.
/// Thread-safe.
public final class ForeignKeyGraph {
  private final TableCatalog catalog;
  private volatile State state = new State(-1, Map.of());

  /// A foreign key and the table that has it.
  public record Reference(BaseTable child, ForeignKeyDefinition key) {}

  private record State(long version, Map<String, List<Reference>> byParent) {}

  public ForeignKeyGraph(TableCatalog catalog) {
    this.catalog = catalog;
  }

  public TableCatalog catalog() {
    return catalog;
  }

  private State current() {
    DataDictionary dictionary = catalog.dictionary();
    State now = state;
    long version = dictionary.version();
    if (now.version == version) {
      return now;
    }
    Map<String, List<Reference>> byParent = new HashMap<>();
    for (String database : dictionary.databases()) {
      for (TableDescriptor descriptor : dictionary.tables(database)) {
        BaseTable table = catalog.table(descriptor);
        for (ForeignKeyDefinition key : table.definition().foreignKeys()) {
          byParent
              .computeIfAbsent(
                  name(key.referencedDatabase(), key.referencedTable()), n -> new ArrayList<>())
              .add(new Reference(table, key));
        }
      }
    }
    State read = new State(version, Map.copyOf(byParent));
    state = read;
    return read;
  }

  private static String name(String database, String table) {
    return database + "\0" + table;
  }

  /// Whether there is no foreign key at all.
  public boolean isEmpty() {
    return current().byParent.isEmpty();
  }

  /// The foreign keys that refer to a table.
  public List<Reference> referencesTo(String database, String table) {
    return current().byParent.getOrDefault(name(database, table), List.of());
  }
}
