package io.tidemark.engine.catalog;

import io.tidemark.storage.error.Corrupt;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All databases and tables at one dictionary version. Immutable: a batch makes new contents.
public final class DictionaryContents {
  /// Nothing at all.
  public static final DictionaryContents EMPTY =
      new DictionaryContents(new TreeMap<>(), Map.of(), Numbers.FIRST);

  private final TreeMap<String, Database> databases;
  private final Map<Long, TableDescriptor> tablesById;
  private final Numbers numbers;

  /// A database with its tables by name. The maps are never changed after construction.
  private static final class Database {
    final byte[] definition;
    final TreeMap<String, TableDescriptor> tables;

    Database(byte[] definition, TreeMap<String, TableDescriptor> tables) {
      this.definition = definition;
      this.tables = tables;
    }
  }

  /// What to number the next objects with, and the version.
  public record Numbers(long nextTableId, int nextSpaceId, long nextTreeId, long version) {
    /// Of an empty dictionary: tablespaces 0 and 1 and tree 1 are the system's.
    static final Numbers FIRST = new Numbers(1, 2, 2, 0);

    byte[] encode() {
      return ByteBuffer.allocate(4 * Long.BYTES)
          .putLong(nextTableId)
          .putLong(nextSpaceId)
          .putLong(nextTreeId)
          .putLong(version)
          .array();
    }

    static Numbers decode(byte[] bytes) {
      if (bytes.length != 4 * Long.BYTES) {
        throw new Corrupt("dictionary numbers: expected 32 bytes, found " + bytes.length);
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Numbers(in.getLong(), Math.toIntExact(in.getLong()), in.getLong(), in.getLong());
    }

    Numbers withVersion(long newVersion) {
      return new Numbers(nextTableId, nextSpaceId, nextTreeId, newVersion);
    }
  }

  private DictionaryContents(
      TreeMap<String, Database> databases, Map<Long, TableDescriptor> tablesById, Numbers numbers) {
    this.databases = databases;
    this.tablesById = tablesById;
    this.numbers = numbers;
  }

  public Numbers numbers() {
    return numbers;
  }

  public long version() {
    return numbers.version();
  }

  public List<String> databaseNames() {
    return List.copyOf(databases.keySet());
  }

  public Optional<byte[]> findDatabase(String name) {
    return Optional.ofNullable(databases.get(name)).map(database -> database.definition);
  }

  public Optional<TableDescriptor> findTable(String database, String name) {
    return Optional.ofNullable(databases.get(database)).map(found -> found.tables.get(name));
  }

  public Optional<TableDescriptor> findTable(long tableId) {
    return Optional.ofNullable(tablesById.get(tableId));
  }

  public List<TableDescriptor> tables(String database) {
    Database found = databases.get(database);
    return found == null ? List.of() : List.copyOf(found.tables.values());
  }

  public List<TableDescriptor> allTables() {
    return List.copyOf(tablesById.values());
  }

  /// The contents after a batch. Kinds that are not part of the contents are passed over.
  public DictionaryContents with(DictionaryBatch batch) {
    TreeMap<String, byte[]> definitions = new TreeMap<>();
    databases.forEach((name, database) -> definitions.put(name, database.definition));
    Map<Long, TableDescriptor> byId = new HashMap<>(tablesById);
    Numbers newNumbers = numbers;
    for (DictionaryBatch.Change change : batch.changes()) {
      byte[] value = change.value;
      switch (change.key.kind()) {
        case DATABASE -> setOrRemove(definitions, change.key.name(), value);
        case TABLE -> {
          long id = change.key.number();
          setOrRemove(byId, id, value == null ? null : decodeTable(id, value));
        }
        case NUMBERS -> newNumbers = value == null ? newNumbers : Numbers.decode(value);
        case COUNTER, PENDING_SPACE, DDL_LOG, PENDING_TREE -> {}
      }
    }
    TreeMap<String, Database> byName = new TreeMap<>();
    definitions.forEach(
        (name, definition) -> byName.put(name, new Database(definition, new TreeMap<>())));
    for (TableDescriptor table : byId.values()) {
      Database database = byName.get(table.database());
      if (database == null) {
        throw new Corrupt("dictionary: " + table + " is in no database");
      }
      database.tables.put(table.name(), table);
    }
    return new DictionaryContents(byName, byId, newNumbers);
  }

  /// Trees that these contents have and `before` had not.
  List<Long> treesSince(DictionaryContents before) {
    List<Long> trees = new ArrayList<>();
    for (TableDescriptor table : tablesById.values()) {
      TableDescriptor old = before.tablesById.get(table.tableId());
      for (IndexDescriptor index : table.indexes()) {
        if (old == null || !old.indexes().contains(index)) {
          trees.add(index.treeId());
        }
      }
    }
    return trees;
  }

  private static <K, V> void setOrRemove(Map<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  /// Version u64, tablespace u32, database and name as u16 length and UTF-8, number of indexes u16,
  /// each: index id u32, tree id u64, root page u32, unique u8; then the definition to the end.
  static byte[] encodeTable(TableDescriptor table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(table.version());
      out.writeInt(table.spaceId());
      writeString(out, table.database());
      writeString(out, table.name());
      out.writeShort(table.indexes().size());
      for (IndexDescriptor index : table.indexes()) {
        out.writeInt(index.indexId());
        out.writeLong(index.treeId());
        out.writeInt(index.rootPageNo());
        out.writeBoolean(index.unique());
      }
      out.write(table.definition());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeString(DataOutputStream out, String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.writeShort(utf8.length);
    out.write(utf8);
  }

  private static TableDescriptor decodeTable(long tableId, byte[] value) {
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      long version = in.getLong();
      int spaceId = in.getInt();
      String database = readString(in);
      String name = readString(in);
      int count = in.getShort() & 0xFFFF;
      List<IndexDescriptor> indexes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        indexes.add(new IndexDescriptor(in.getInt(), in.getLong(), in.getInt(), in.get() != 0));
      }
      byte[] definition = new byte[in.remaining()];
      in.get(definition);
      return new TableDescriptor(tableId, version, database, name, spaceId, indexes, definition);
    } catch (java.nio.BufferUnderflowException e) {
      throw new Corrupt("dictionary: table " + tableId + " ended early", e);
    }
  }

  private static String readString(ByteBuffer in) {
    byte[] utf8 = new byte[in.getShort() & 0xFFFF];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
