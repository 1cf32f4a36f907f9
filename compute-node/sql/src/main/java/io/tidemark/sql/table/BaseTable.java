package io.tidemark.sql.table;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A stored table, ready for the binder and the executor: the engine's descriptor with the decoded
/// definition and its codecs. Immutable; one for each version of a table.
public final class BaseTable implements TableSource {
  private final TableDescriptor descriptor;
  private final TableDefinition definition;
  private final RowSchema rowSchema;
  private final List<IndexKeyCodec> keyCodecs;
  private final Map<String, Integer> columnNumbers = new HashMap<>();
  private final byte[] defaultRow;

  public BaseTable(TableDescriptor descriptor) {
    this.descriptor = descriptor;
    this.definition = DefinitionCodec.decode(descriptor.definition());
    this.rowSchema = definition.rowSchema();
    List<IndexKeyCodec> codecs = new ArrayList<>();
    for (int i = 0; i < definition.indexes().size(); i++) {
      codecs.add(definition.keyCodec(i));
    }
    this.keyCodecs = List.copyOf(codecs);
    this.defaultRow = DefaultRow.of(definition.columns(), rowSchema);
    for (int i = 0; i < definition.columns().size(); i++) {
      columnNumbers.put(definition.column(i).name().toLowerCase(Locale.ROOT), i);
    }
  }

  public TableDescriptor descriptor() {
    return descriptor;
  }

  public TableDefinition definition() {
    return definition;
  }

  @Override
  public String database() {
    return descriptor.database();
  }

  @Override
  public String name() {
    return descriptor.name();
  }

  @Override
  public List<ColumnDefinition> columns() {
    return definition.columns();
  }

  @Override
  public int indexOfColumn(String name) {
    Integer exact = columnNumbers.get(name);
    if (exact != null) {
      return exact;
    }
    return columnNumbers.getOrDefault(name.toLowerCase(Locale.ROOT), -1);
  }

  public List<IndexDefinition> indexes() {
    return definition.indexes();
  }

  /// Formats and layouts of the rows, for [RowReader] and [RowWriter].
  public RowSchema rowSchema() {
    return rowSchema;
  }

  public RowReader newRowReader() {
    return new RowReader(rowSchema);
  }

  public RowWriter newRowWriter() {
    return new RowWriter(rowSchema);
  }

  /// Codec of index `indexNo`; number 0 makes primary keys.
  public IndexKeyCodec keyCodec(int indexNo) {
    return keyCodecs.get(indexNo);
  }

  /// A row with the default of every column: constants, NULL, and for a NOT NULL column without
  /// default MySQL's implicit one (0, an empty text), which is used when not strict.
  /// CURRENT_TIMESTAMP is the caller's.
  public RowReader newDefaultsReader() {
    return new RowReader(rowSchema).wrap(defaultRow);
  }

  /// The default of a column in a session's time zone, as [#newDefaultsReader] says.
  public Value defaultValue(int column, ZoneId zone) {
    return StoredValues.read(newDefaultsReader(), column, zone);
  }

  /// A reader for covering scans of index `indexNo`.
  public KeyReader newKeyReader(int indexNo) {
    return new KeyReader(keyCodecs.get(indexNo), keyCodecs.get(0), definition.columns().size());
  }

  /// The primary key of a row. Not for tables with a hidden key, whose keys are numbers of their
  /// own.
  public byte[] primaryKey(RowReader row) {
    return keyCodecs.get(0).columnKey(row);
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
