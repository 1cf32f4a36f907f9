package io.tidemark.sql.type;

import io.tidemark.sql.type.TypeKind.Family;

/// What a column definition packet says of a type: code, character set, display length, flags,
/// decimals.
///
/// @param protocolCode `enum_field_types`
/// @param collationId the result's collation, 63 for everything that is not text
/// @param length display length in bytes of the result's character set
/// @param flags those of the type alone; NOT_NULL, PRI_KEY and such are the caller's
/// @param decimals 31 where a double has no fixed number
public record ColumnMetadata(
    int protocolCode, int collationId, long length, int flags, int decimals) {
  public static final int NOT_NULL_FLAG = 1;
  public static final int PRIMARY_KEY_FLAG = 2;
  public static final int UNIQUE_KEY_FLAG = 4;
  public static final int MULTIPLE_KEY_FLAG = 8;
  public static final int BLOB_FLAG = 16;
  public static final int UNSIGNED_FLAG = 32;
  public static final int ZEROFILL_FLAG = 64;
  public static final int BINARY_FLAG = 128;
  public static final int ENUM_FLAG = 256;
  public static final int AUTO_INCREMENT_FLAG = 512;
  public static final int TIMESTAMP_FLAG = 1024;
  public static final int SET_FLAG = 2048;
  public static final int NO_DEFAULT_VALUE_FLAG = 4096;

  /// Texts are sent in the character set of `resultCollationId` (`character_set_results`), of which
  /// a character takes at most `resultBytesPerCharacter` bytes.
  public static ColumnMetadata of(
      SqlType type, int resultCollationId, int resultBytesPerCharacter) {
    boolean text =
        type.family() == Family.TEXT
            || (type.family() == Family.MEMBERS && type.collation().id() != 63);
    return new ColumnMetadata(
        type.kind().protocolCode(),
        text ? resultCollationId : 63,
        displayLength(type, text ? resultBytesPerCharacter : 1),
        flags(type),
        decimals(type));
  }

  private static int decimals(SqlType type) {
    return switch (type.kind()) {
      case DECIMAL, FLOAT, DOUBLE, TIME, DATETIME, TIMESTAMP -> type.scale();
      case NULL -> 0;
      default -> 0;
    };
  }

  private static int flags(SqlType type) {
    int flags = 0;
    if (type.unsigned()) {
      flags |= UNSIGNED_FLAG;
    }
    if (type.zerofill() || type.kind() == TypeKind.YEAR) {
      flags |= ZEROFILL_FLAG;
    }
    if (type.kind().isLob()) {
      flags |= BLOB_FLAG;
    }
    if (type.kind() == TypeKind.ENUM) {
      flags |= ENUM_FLAG;
    }
    if (type.kind() == TypeKind.SET) {
      flags |= SET_FLAG;
    }
    boolean binaryText = type.family() == Family.TEXT && type.collation().isBinary();
    if (binaryText || type.family() == Family.BINARY || !type.isString()) {
      flags |= BINARY_FLAG;
    }
    return type.kind() == TypeKind.BIT ? UNSIGNED_FLAG : flags;
  }

  private static long displayLength(SqlType type, int bytesPerCharacter) {
    return switch (type.kind()) {
      case TINYINT -> type.isTruth() ? 1 : type.unsigned() ? 3 : 4;
      case SMALLINT -> type.unsigned() ? 5 : 6;
      case MEDIUMINT -> type.unsigned() ? 8 : 9;
      case INT -> type.length() == 10 && !type.unsigned() ? 11 : type.length();
      case BIGINT -> type.length() >= 19 ? 20 : type.length() + (type.unsigned() ? 0 : 1);
      case DECIMAL -> type.length() + (type.scale() > 0 ? 1 : 0) + (type.unsigned() ? 0 : 1);
      case FLOAT -> type.scale() == SqlType.UNSPECIFIED_SCALE ? 12 : type.length();
      case DOUBLE -> type.scale() == SqlType.UNSPECIFIED_SCALE ? 22 : type.length();
      case CHAR, VARCHAR, ENUM, SET -> type.length() * bytesPerCharacter;
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
          Math.min(0xFFFFFFFFL, type.length() * bytesPerCharacter);
      default -> type.length();
    };
  }
}
