package io.tidemark.sql.table;

import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.TableDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds tables by name: stored ones through the engine's dictionary, with their decoded
/// definitions kept, and computed ones. Thread-safe.
public final class TableCatalog {
  private static final int MAX_KEPT = 10_000;

  private final DataDictionary dictionary;
  private final Map<String, Map<String, VirtualTable>> virtual;
  private final ConcurrentHashMap<Long, BaseTable> kept = new ConcurrentHashMap<>();

  /// `virtualTables` are found by their database and name in any case.
  public TableCatalog(DataDictionary dictionary, List<VirtualTable> virtualTables) {
    this.dictionary = dictionary;
    this.virtual =
        virtualTables.stream()
            .collect(
                Collectors.groupingBy(
                    table -> table.database().toLowerCase(Locale.ROOT),
                    Collectors.toMap(
                        table -> table.name().toLowerCase(Locale.ROOT), Function.identity())));
  }

  public DataDictionary dictionary() {
    return dictionary;
  }

  /// The table of this name. Stored tables' names are exact, as with `lower_case_table_names=0`.
  public Optional<TableSource> find(String database, String name) {
    Optional<TableDescriptor> descriptor = dictionary.findTable(database, name);
    if (descriptor.isPresent()) {
      return Optional.of(table(descriptor.get()));
    }
    Map<String, VirtualTable> tables = virtual.get(database.toLowerCase(Locale.ROOT));
    return tables == null
        ? Optional.empty()
        : Optional.ofNullable(tables.get(name.toLowerCase(Locale.ROOT)));
  }

  /// The stored table of this name.
  public Optional<BaseTable> findStored(String database, String name) {
    return dictionary.findTable(database, name).map(this::table);
  }

  /// Whether a database of this name exists, stored or computed.
  public boolean hasDatabase(String name) {
    return isVirtualDatabase(name) || dictionary.findDatabase(name).isPresent();
  }

  /// `information_schema` and the like, whose names are found in any case.
  public boolean isVirtualDatabase(String name) {
    return virtual.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /// Computed tables of a database, by name.
  public List<VirtualTable> virtualTables(String database) {
    return virtual.getOrDefault(database.toLowerCase(Locale.ROOT), Map.of()).values().stream()
        .sorted(java.util.Comparator.comparing(VirtualTable::name))
        .toList();
  }

  /// Names of the databases with computed tables.
  public List<String> virtualDatabases() {
    return virtual.keySet().stream().sorted().toList();
  }

  /// The table of a descriptor, decoded once for each version.
  public BaseTable table(TableDescriptor descriptor) {
    BaseTable table = kept.get(descriptor.tableId());
    if (table != null && table.descriptor().equals(descriptor)) {
      return table;
    }
    if (table != null
        && table.descriptor().version() == descriptor.version()
        && table.descriptor().name().equals(descriptor.name())
        && table.descriptor().database().equals(descriptor.database())) {
      return table;
    }
    BaseTable decoded = new BaseTable(descriptor);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(descriptor.tableId(), decoded);
    return decoded;
  }
}
