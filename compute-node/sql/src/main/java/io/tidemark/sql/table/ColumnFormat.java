package io.tidemark.sql.table;

import io.tidemark.sql.type.SqlType;
import java.math.BigInteger;

/// How the values of a column type are stored in rows and keys. Immutable.
///
/// Every fixed-width form is big-endian and ordered: comparing its bytes as unsigned compares the
/// values, so rows and keys share it.
///
/// | storage | types | bytes |
/// | --- | --- | --- |
/// | SIGNED | signed integers | two's complement of 1, 2, 3, 4 or 8 bytes, top bit inverted |
/// | UNSIGNED | unsigned integers, YEAR (0, or year - 1900), BIT, ENUM (number), SET (bits) | as is |
/// | DECIMAL | DECIMAL(p,s) | unscaled value, two's complement of the fewest bytes for p digits, top bit inverted |
/// | FLOAT, DOUBLE | | IEEE 754; top bit inverted if positive, else all bits |
/// | TEMPORAL | DATE (3 bytes), TIME (6), DATETIME (8), TIMESTAMP (8) | see [Temporals] |
/// | BYTES | texts and binary strings | variable; keys hold the collation's sort key |
public final class ColumnFormat {
  /// The forms of the table above.
  enum Storage {
    SIGNED,
    UNSIGNED,
    DECIMAL,
    FLOAT,
    DOUBLE,
    TEMPORAL,
    BYTES
  }

  private final SqlType type;
  private final Storage storage;
  private final int width;

  private ColumnFormat(SqlType type, Storage storage, int width) {
    this.type = type;
    this.storage = storage;
    this.width = width;
  }

  static ColumnFormat of(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> integer(type, 1);
      case SMALLINT -> integer(type, 2);
      case MEDIUMINT -> integer(type, 3);
      case INT -> integer(type, 4);
      case BIGINT -> integer(type, 8);
      case YEAR -> new ColumnFormat(type, Storage.UNSIGNED, 1);
      case BIT -> new ColumnFormat(type, Storage.UNSIGNED, (int) (type.length() + 7) / 8);
      case ENUM -> new ColumnFormat(type, Storage.UNSIGNED, type.members().size() > 255 ? 2 : 1);
      case SET -> new ColumnFormat(type, Storage.UNSIGNED, setWidth(type.members().size()));
      case DECIMAL -> new ColumnFormat(type, Storage.DECIMAL, decimalWidth((int) type.length()));
      case FLOAT -> new ColumnFormat(type, Storage.FLOAT, 4);
      case DOUBLE -> new ColumnFormat(type, Storage.DOUBLE, 8);
      case DATE -> new ColumnFormat(type, Storage.TEMPORAL, 3);
      case TIME -> new ColumnFormat(type, Storage.TEMPORAL, 6);
      case DATETIME, TIMESTAMP -> new ColumnFormat(type, Storage.TEMPORAL, 8);
      case CHAR,
          VARCHAR,
          TINYTEXT,
          TEXT,
          MEDIUMTEXT,
          LONGTEXT,
          BINARY,
          VARBINARY,
          TINYBLOB,
          BLOB,
          MEDIUMBLOB,
          LONGBLOB ->
          new ColumnFormat(type, Storage.BYTES, 0);
      case NULL, JSON -> throw new IllegalArgumentException("no column is of type " + type.kind());
    };
  }

  private static ColumnFormat integer(SqlType type, int width) {
    return new ColumnFormat(type, type.unsigned() ? Storage.UNSIGNED : Storage.SIGNED, width);
  }

  private static int setWidth(int members) {
    int bytes = (members + 7) / 8;
    return bytes > 4 ? 8 : Math.max(bytes, 1);
  }

  /// Fewest bytes whose two's complement holds every number of `precision` digits.
  static int decimalWidth(int precision) {
    return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
  }

  SqlType type() {
    return type;
  }

  Storage storage() {
    return storage;
  }

  /// Bytes of a fixed-width form; 0 for BYTES.
  int width() {
    return width;
  }

  boolean isVariable() {
    return width == 0;
  }

  /// Stores the low `width` bytes of `value`, big-endian.
  static void putBits(byte[] target, int offset, int width, long value) {
    long rest = value;
    for (int at = offset + width - 1; at >= offset; at--) {
      target[at] = (byte) rest;
      rest >>>= 8;
    }
  }

  /// Reads `width` bytes, at most 8, as an unsigned number.
  static long bits(byte[] source, int offset, int width) {
    long value = 0;
    for (int at = offset; at < offset + width; at++) {
      value = value << 8 | (source[at] & 0xFF);
    }
    return value;
  }

  static long signBit(int width) {
    return 1L << (width * 8 - 1);
  }
}
