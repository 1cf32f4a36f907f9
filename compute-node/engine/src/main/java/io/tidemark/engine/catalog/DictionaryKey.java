package io.tidemark.engine.catalog;

import io.tidemark.storage.error.Corrupt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The key of an object in the dictionary tree: a kind, and what names the object within it.
///
/// | kind | name | value |
/// | --- | --- | --- |
/// | 1 database | UTF-8 name | the SQL layer's definition |
/// | 2 table | table id u64 | [DictionaryContents#encodeTable] |
/// | 3 counter | table id u64 | next value u64 that may not have been given out, rows u64 |
/// | 4 numbers | none | next table id u64, next tablespace id u64, next tree id u64, version u64 |
/// | 5 pending tablespace | space id u32 | empty: to be dropped, unless a DDL transaction commits it |
/// | 6 DDL log | dictionary version u64 | a sealed [DictionaryBatch], until it is applied |
/// | 7 pending tree | tree id u64 | space id u32, root page u32: to be removed, unless a DDL transaction commits it |
///
/// Integers in keys are big-endian, so that they sort; in values too. Immutable.
public final class DictionaryKey implements Comparable<DictionaryKey> {
  enum Kind {
    DATABASE(1),
    TABLE(2),
    COUNTER(3),
    NUMBERS(4),
    PENDING_SPACE(5),
    DDL_LOG(6),
    PENDING_TREE(7);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  private static final Kind[] KINDS = Kind.values();

  private final byte[] bytes;

  private DictionaryKey(byte[] bytes) {
    this.bytes = bytes;
  }

  static DictionaryKey database(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return new DictionaryKey(
        ByteBuffer.allocate(1 + utf8.length).put((byte) Kind.DATABASE.code).put(utf8).array());
  }

  static DictionaryKey table(long tableId) {
    return numbered(Kind.TABLE, tableId);
  }

  static DictionaryKey counter(long tableId) {
    return numbered(Kind.COUNTER, tableId);
  }

  static DictionaryKey numbers() {
    return new DictionaryKey(new byte[] {(byte) Kind.NUMBERS.code});
  }

  static DictionaryKey pendingSpace(int spaceId) {
    return numbered(Kind.PENDING_SPACE, spaceId);
  }

  static DictionaryKey pendingTree(long treeId) {
    return numbered(Kind.PENDING_TREE, treeId);
  }

  static DictionaryKey ddlLog(long version) {
    return numbered(Kind.DDL_LOG, version);
  }

  private static DictionaryKey numbered(Kind kind, long number) {
    return new DictionaryKey(
        ByteBuffer.allocate(1 + Long.BYTES).put((byte) kind.code).putLong(number).array());
  }

  /// Takes the array over.
  static DictionaryKey ofBytes(byte[] bytes) {
    DictionaryKey key = new DictionaryKey(bytes);
    if (bytes.length == 0 || bytes[0] < 1 || bytes[0] > KINDS.length) {
      throw new Corrupt("dictionary key: unknown kind in " + key);
    }
    return key;
  }

  Kind kind() {
    return KINDS[bytes[0] - 1];
  }

  /// Not to be changed.
  byte[] bytes() {
    return bytes;
  }

  /// The number behind the kind.
  long number() {
    if (bytes.length != 1 + Long.BYTES) {
      throw new Corrupt("dictionary key: expected a number in " + this);
    }
    return ByteBuffer.wrap(bytes).getLong(1);
  }

  /// The name behind the kind.
  String name() {
    return new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(DictionaryKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DictionaryKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return java.util.HexFormat.of().formatHex(bytes);
  }
}
