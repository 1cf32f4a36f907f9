package io.tidemark.sql.table;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.Corrupt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The stored form of a [TableDefinition], which the engine's dictionary keeps.
///
/// | order | type | meaning |
/// | --- | --- | --- |
/// | 1 | u8 | version, 1 |
/// | 2 | i32, string, i64 | collation number, comment, creation time in ms |
/// | 3 | i32 count, then two strings each | options |
/// | 4 | i32 count, then columns | name, type, flags, default kind and text, comment |
/// | 5 | i32 count, then indexes | name, flags, comment, algorithm, columns (number, prefix, descending) |
/// | 6 | i32 count, then foreign keys | |
/// | 7 | bytes | default row |
///
/// A string is an i32 length and UTF-8; integers are big-endian. A column type is: kind name, flags
/// (1 unsigned, 2 zerofill), i64 length, i32 scale, i32 collation, members.
public final class DefinitionCodec {
  private static final int VERSION = 1;
  private static final int MAX_COUNT = 100_000;

  private DefinitionCodec() {}

  public static byte[] encode(TableDefinition table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(table.collation().id());
      writeString(out, table.comment());
      out.writeLong(table.createTimeMillis());
      out.writeInt(table.options().size());
      for (Map.Entry<String, String> option : table.options().entrySet()) {
        writeString(out, option.getKey());
        writeString(out, option.getValue());
      }
      out.writeInt(table.columns().size());
      for (ColumnDefinition column : table.columns()) {
        writeColumn(out, column);
      }
      out.writeInt(table.indexes().size());
      for (IndexDefinition index : table.indexes()) {
        writeIndex(out, index);
      }
      out.writeInt(table.foreignKeys().size());
      for (ForeignKeyDefinition key : table.foreignKeys()) {
        writeForeignKey(out, key);
      }
      out.writeInt(table.defaultRow().length);
      out.write(table.defaultRow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @throws Corrupt if the bytes are not a definition
  public static TableDefinition decode(byte[] definition) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(definition))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new Corrupt("table definition: expected version 1, found " + version);
      }
      Collation collation = readCollation(in);
      String comment = readString(in);
      long createTime = in.readLong();
      Map<String, String> options = new LinkedHashMap<>();
      for (int i = readCount(in); i > 0; i--) {
        options.put(readString(in), readString(in));
      }
      List<ColumnDefinition> columns = new ArrayList<>();
      for (int i = readCount(in); i > 0; i--) {
        columns.add(readColumn(in));
      }
      List<IndexDefinition> indexes = new ArrayList<>();
      for (int i = readCount(in); i > 0; i--) {
        indexes.add(readIndex(in, columns.size()));
      }
      List<ForeignKeyDefinition> foreignKeys = new ArrayList<>();
      for (int i = readCount(in); i > 0; i--) {
        foreignKeys.add(readForeignKey(in));
      }
      byte[] defaultRow = readBytes(in);
      return new TableDefinition(
          columns, indexes, foreignKeys, collation, comment, options, createTime, defaultRow);
    } catch (IOException | IllegalArgumentException e) {
      throw new Corrupt("table definition of " + definition.length + " bytes: " + e.getMessage());
    }
  }

  private static void writeColumn(DataOutputStream out, ColumnDefinition column)
      throws IOException {
    writeString(out, column.name());
    writeType(out, column.type());
    out.writeByte(
        (column.nullable() ? 1 : 0)
            | (column.onUpdateNow() ? 2 : 0)
            | (column.autoIncrement() ? 4 : 0)
            | (column.invisible() ? 8 : 0)
            | (column.explicitCharset() ? 16 : 0)
            | (column.explicitCollation() ? 32 : 0));
    switch (column.defaultValue()) {
      case ColumnDefault.None none -> out.writeByte(0);
      case ColumnDefault.Null isNull -> out.writeByte(1);
      case ColumnDefault.Constant constant -> {
        out.writeByte(2);
        writeString(out, constant.text());
      }
      case ColumnDefault.CurrentTimestamp now -> out.writeByte(3);
    }
    writeString(out, column.comment());
  }

  private static ColumnDefinition readColumn(DataInputStream in) throws IOException {
    String name = readString(in);
    SqlType type = readType(in);
    int flags = in.readUnsignedByte();
    int kind = in.readUnsignedByte();
    ColumnDefault defaultValue =
        switch (kind) {
          case 0 -> ColumnDefault.NONE;
          case 1 -> ColumnDefault.NULL;
          case 2 -> new ColumnDefault.Constant(readString(in));
          case 3 -> new ColumnDefault.CurrentTimestamp();
          default -> throw new IOException("unknown kind of default " + kind);
        };
    String comment = readString(in);
    return new ColumnDefinition(
        name,
        type,
        (flags & 1) != 0,
        defaultValue,
        (flags & 2) != 0,
        (flags & 4) != 0,
        comment,
        (flags & 8) != 0,
        (flags & 16) != 0,
        (flags & 32) != 0);
  }

  private static void writeType(DataOutputStream out, SqlType type) throws IOException {
    writeString(out, type.kind().name());
    out.writeByte((type.unsigned() ? 1 : 0) | (type.zerofill() ? 2 : 0));
    out.writeLong(type.length());
    out.writeInt(type.scale());
    out.writeInt(type.collation().id());
    out.writeInt(type.members().size());
    for (String member : type.members()) {
      writeString(out, member);
    }
  }

  private static SqlType readType(DataInputStream in) throws IOException {
    TypeKind kind = TypeKind.valueOf(readString(in));
    int flags = in.readUnsignedByte();
    long length = in.readLong();
    int scale = in.readInt();
    Collation collation = readCollation(in);
    List<String> members = new ArrayList<>();
    for (int i = readCount(in); i > 0; i--) {
      members.add(readString(in));
    }
    SqlType type =
        new SqlType(kind, (flags & 1) != 0, (flags & 2) != 0, length, scale, collation, members);
    checkType(type);
    return type;
  }

  private static void checkType(SqlType type) throws IOException {
    long maxLength =
        switch (type.kind()) {
          case DECIMAL -> SqlType.MAX_DECIMAL_PRECISION;
          case BIT -> 64;
          default -> 1L << 32;
        };
    long maxScale =
        switch (type.kind()) {
          case DECIMAL -> Math.min(type.length(), SqlType.MAX_DECIMAL_SCALE);
          case TIME, DATETIME, TIMESTAMP -> SqlType.MAX_FSP;
          default -> SqlType.UNSPECIFIED_SCALE;
        };
    boolean empty = type.length() == 0 && (type.kind() == TypeKind.DECIMAL);
    if (empty || type.length() > maxLength || type.scale() > maxScale) {
      throw new IOException(
          "type " + type.kind() + " of length " + type.length() + " and scale " + type.scale());
    }
    ColumnFormat.of(type);
  }

  private static void writeIndex(DataOutputStream out, IndexDefinition index) throws IOException {
    writeString(out, index.name());
    out.writeByte((index.unique() ? 1 : 0) | (index.invisible() ? 2 : 0));
    writeString(out, index.comment());
    writeString(out, index.algorithm());
    out.writeInt(index.columns().size());
    for (IndexDefinition.Column column : index.columns()) {
      out.writeInt(column.column());
      out.writeInt(column.prefixLength());
      out.writeBoolean(column.descending());
    }
  }

  private static IndexDefinition readIndex(DataInputStream in, int columnCount) throws IOException {
    String name = readString(in);
    int flags = in.readUnsignedByte();
    String comment = readString(in);
    String algorithm = readString(in);
    List<IndexDefinition.Column> columns = new ArrayList<>();
    for (int i = readCount(in); i > 0; i--) {
      int column = in.readInt();
      if (column < 0 || column >= columnCount) {
        throw new IOException("index " + name + " on column " + column + " of " + columnCount);
      }
      columns.add(new IndexDefinition.Column(column, in.readInt(), in.readBoolean()));
    }
    return new IndexDefinition(
        name, columns, (flags & 1) != 0, (flags & 2) != 0, comment, algorithm);
  }

  private static void writeForeignKey(DataOutputStream out, ForeignKeyDefinition key)
      throws IOException {
    writeString(out, key.name());
    writeStrings(out, key.columns());
    writeString(out, key.referencedDatabase());
    writeString(out, key.referencedTable());
    writeStrings(out, key.referencedColumns());
    writeString(out, key.onDelete());
    writeString(out, key.onUpdate());
  }

  private static ForeignKeyDefinition readForeignKey(DataInputStream in) throws IOException {
    return new ForeignKeyDefinition(
        readString(in),
        readStrings(in),
        readString(in),
        readString(in),
        readStrings(in),
        readString(in),
        readString(in));
  }

  private static void writeStrings(DataOutputStream out, List<String> strings) throws IOException {
    out.writeInt(strings.size());
    for (String string : strings) {
      writeString(out, string);
    }
  }

  private static List<String> readStrings(DataInputStream in) throws IOException {
    List<String> strings = new ArrayList<>();
    for (int i = readCount(in); i > 0; i--) {
      strings.add(readString(in));
    }
    return strings;
  }

  private static Collation readCollation(DataInputStream in) throws IOException {
    int id = in.readInt();
    return Collations.find(id).orElseThrow(() -> new IOException("unknown collation " + id));
  }

  private static void writeString(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readString(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("expected " + length + " bytes, found " + in.available());
    }
    return in.readNBytes(length);
  }

  private static int readCount(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_COUNT) {
      throw new IOException("expected a count up to " + MAX_COUNT + ", found " + count);
    }
    return count;
  }
}
