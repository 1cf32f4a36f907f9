package io.tidemark.sql.table;

import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import java.util.List;

/// Reads the columns that an index key holds, so that a covering scan needs no rows. Columns are
/// numbered as in the table. Confined to one thread.
public final class KeyReader extends ColumnReader {
  private static final int ABSENT = -1;

  private final List<KeyPart> parts;
  private final int[] partOfColumn;
  private final int[] starts;
  private final int[] lengths;
  private byte[] bytes = new byte[0];

  /// `codec` is the scanned index; `primary` the clustered one, whose key follows in a secondary
  /// index (the same as `codec` for a scan of the clustered index).
  public KeyReader(IndexKeyCodec codec, IndexKeyCodec primary, int columnCount) {
    this.parts = codec == primary ? codec.parts() : concat(codec.parts(), primary.parts());
    this.partOfColumn = new int[columnCount];
    Arrays.fill(partOfColumn, ABSENT);
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (parts.get(i).isDecodable()) {
        partOfColumn[parts.get(i).column()] = i;
      }
    }
    this.starts = new int[parts.size()];
    this.lengths = new int[parts.size()];
  }

  private static List<KeyPart> concat(List<KeyPart> first, List<KeyPart> second) {
    return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
  }

  /// Whether the column can be read from the keys of this index.
  public boolean has(int column) {
    return partOfColumn[column] != ABSENT;
  }

  /// Goes to this key.
  public KeyReader wrap(byte[] key, int offset, int length) {
    bytes = Arrays.copyOfRange(key, offset, offset + length);
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      KeyPart part = parts.get(i);
      int end = IndexKeyCodec.partEnd(part, bytes, at, length);
      boolean isNull = IndexKeyCodec.isNullPart(part, bytes, at, length);
      if (part.descending()) {
        for (int j = at; j < end; j++) {
          bytes[j] = (byte) ~bytes[j];
        }
      }
      starts[i] = part.nullable() ? at + 1 : at;
      lengths[i] = isNull ? ABSENT : end - starts[i];
      if (!isNull && part.format().isVariable() && part.isDecodable()) {
        lengths[i] = unescape(starts[i], end);
      }
      at = end;
    }
    return this;
  }

  /// Undoes the sort key of a binary collation in place: 00 FF stands for 00, 00 00 is the end.
  private int unescape(int from, int end) {
    int to = from;
    for (int at = from; at < end - 2; at++) {
      bytes[to++] = bytes[at];
      if (bytes[at] == 0) {
        at++;
      }
    }
    return to - from;
  }

  private int part(int column) {
    int part = partOfColumn[column];
    if (part == ABSENT) {
      throw new Corrupt("index key: has no column " + column);
    }
    return part;
  }

  @Override
  public ColumnFormat format(int column) {
    return parts.get(part(column)).format();
  }

  @Override
  public boolean isNull(int column) {
    return lengths[part(column)] == ABSENT;
  }

  @Override
  public byte[] buffer(int column) {
    return bytes;
  }

  @Override
  public int start(int column) {
    return starts[part(column)];
  }

  @Override
  public int length(int column) {
    return lengths[part(column)];
  }
}
