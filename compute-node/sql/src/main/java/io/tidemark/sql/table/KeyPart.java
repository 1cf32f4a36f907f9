package io.tidemark.sql.table;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;

/// One column of an index key. Immutable.
///
/// @param column number of the column in the table
/// @param nullable whether the column may be NULL, which costs the key a byte
/// @param prefix characters (bytes of binary strings) that are indexed, 0 for all
public record KeyPart(
    int column, ColumnFormat format, boolean nullable, int prefix, boolean descending) {

  /// Type of the column.
  public SqlType type() {
    return format.type();
  }

  /// How many bytes of a value this part indexes.
  int prefixBytes(byte[] text, int from, int length) {
    if (prefix == 0) {
      return length;
    }
    Charset charset = format.type().collation().charset();
    if (charset.isSingleByte()) {
      return Math.min(prefix, length);
    }
    int end = from;
    for (int n = 0; n < prefix && end < from + length; n++) {
      end += charset.characterLength(text, end);
    }
    return Math.min(end - from, length);
  }

  /// Whether the column's value can be read back from a key: not where only a prefix or a
  /// collation's weights are in it.
  public boolean isDecodable() {
    if (!format.isVariable()) {
      return true;
    }
    boolean bytesAsTheyAre =
        format.type().collation().isBinary() && !format.type().collation().padSpace();
    return prefix == 0 && bytesAsTheyAre && format.type().kind() != TypeKind.CHAR;
  }
}
