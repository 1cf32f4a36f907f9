package io.tidemark.sql.table;

import io.tidemark.sql.collation.Collation;
import io.tidemark.storage.error.Corrupt;
import java.util.List;

/// The keys of one index of a table: how they are made of rows, and what can be read back from
/// them. Immutable.
///
/// A clustered key is the encoded columns of the primary key, or 8 bytes of hidden row number. A
/// secondary key is the encoded columns of the index followed by the whole primary key.
public final class IndexKeyCodec {
  /// Bytes of the hidden primary key of a table without one.
  public static final int HIDDEN_KEY_BYTES = 8;

  /// Bytes that a builder begins with for columns of variable length.
  private static final int VARIABLE_BYTES = 32;

  private final List<KeyPart> parts;
  private final int expectedBytes;

  IndexKeyCodec(List<KeyPart> parts) {
    this.parts = List.copyOf(parts);
    int bytes = 0;
    for (KeyPart part : parts) {
      bytes += part.nullable() ? 1 : 0;
      bytes += part.format().isVariable() ? VARIABLE_BYTES : part.format().width();
    }
    this.expectedBytes = bytes;
  }

  /// The columns of the index; empty for a hidden primary key.
  public List<KeyPart> parts() {
    return parts;
  }

  KeyPart part(int number) {
    return parts.get(number);
  }

  public KeyBuilder newBuilder() {
    return new KeyBuilder(this, expectedBytes);
  }

  /// The encoded columns of a row, without a primary key behind them.
  public byte[] columnKey(ColumnReader row) {
    KeyBuilder builder = newBuilder();
    builder.addColumns(row);
    return builder.takeBytes();
  }

  /// The key of a row in this index as a secondary one.
  public byte[] secondaryKey(ColumnReader row, byte[] primaryKey) {
    KeyBuilder builder = new KeyBuilder(this, expectedBytes + primaryKey.length);
    builder.addColumns(row);
    builder.addRaw(primaryKey, 0, primaryKey.length);
    return builder.takeBytes();
  }

  /// The key of a hidden row number.
  public static byte[] hiddenKey(long rowNumber) {
    byte[] key = new byte[HIDDEN_KEY_BYTES];
    ColumnFormat.putBits(key, 0, HIDDEN_KEY_BYTES, rowNumber);
    return key;
  }

  /// Where in `key` the columns end.
  int columnPartLength(byte[] key, int offset, int length) {
    int at = offset;
    for (KeyPart part : parts) {
      at = partEnd(part, key, at, offset + length);
    }
    return at - offset;
  }

  boolean hasNull(byte[] key, int offset, int length) {
    int at = offset;
    for (KeyPart part : parts) {
      if (isNullPart(part, key, at, offset + length)) {
        return true;
      }
      at = partEnd(part, key, at, offset + length);
    }
    return false;
  }

  static boolean isNullPart(KeyPart part, byte[] key, int at, int end) {
    if (!part.nullable()) {
      return false;
    }
    if (at >= end) {
      throw new Corrupt("index key: ends before column " + part.column());
    }
    int marker = (part.descending() ? ~key[at] : key[at]) & 0xFF;
    if (marker > 1) {
      throw new Corrupt("index key: expected NULL marker 0 or 1, found " + marker);
    }
    return marker == 0;
  }

  /// The offset behind `part`, which begins at `at`.
  static int partEnd(KeyPart part, byte[] key, int at, int end) {
    if (isNullPart(part, key, at, end)) {
      return at + 1;
    }
    int from = part.nullable() ? at + 1 : at;
    ColumnFormat format = part.format();
    if (format.isVariable()) {
      Collation collation = format.type().collation();
      return collation.sortKeyEnd(key, from, end, part.descending());
    }
    if (from + format.width() > end) {
      throw new Corrupt("index key: column " + part.column() + " goes beyond its end");
    }
    return from + format.width();
  }
}
