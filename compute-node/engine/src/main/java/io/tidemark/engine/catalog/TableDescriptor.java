package io.tidemark.engine.catalog;

import java.util.List;

/// A table as the engine knows it: one tablespace, one tree for each index, and a definition that
/// only the SQL layer reads. Immutable; a DDL change makes a new one with a higher version.
public final class TableDescriptor {
  private final long tableId;
  private final long version;
  private final String database;
  private final String name;
  private final int spaceId;
  private final List<IndexDescriptor> indexes;
  private final byte[] definition;

  /// `indexes` starts with the clustered index; `definition` is taken over.
  public TableDescriptor(
      long tableId,
      long version,
      String database,
      String name,
      int spaceId,
      List<IndexDescriptor> indexes,
      byte[] definition) {
    this.tableId = tableId;
    this.version = version;
    this.database = database;
    this.name = name;
    this.spaceId = spaceId;
    this.indexes = List.copyOf(indexes);
    this.definition = definition;
  }

  /// Never reused; TRUNCATE and rebuilds give a new one.
  public long tableId() {
    return tableId;
  }

  /// Dictionary version of the last change.
  public long version() {
    return version;
  }

  public String database() {
    return database;
  }

  public String name() {
    return name;
  }

  public int spaceId() {
    return spaceId;
  }

  public List<IndexDescriptor> indexes() {
    return indexes;
  }

  /// The SQL layer's encoded definition. Not to be changed.
  public byte[] definition() {
    return definition;
  }

  @Override
  public String toString() {
    return "table " + database + "." + name + " #" + tableId + " v" + version;
  }
}
