package io.tidemark.sql.type;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.TypeKind.Family;
import java.util.List;

/// A type of MySQL with its attributes. Immutable.
///
/// `length` is: characters of CHAR, VARCHAR and the TEXT family; bytes of BINARY, VARBINARY and the
/// BLOB family; bits of BIT; digits of DECIMAL (its precision) and of integers in expressions
/// (decimal digits without sign); display width of FLOAT and DOUBLE declared `(M,D)`, otherwise 0.
/// `scale` is: decimals of DECIMAL, FLOAT and DOUBLE ([#UNSPECIFIED_SCALE] where a double has
/// none); fractional second digits of temporal types.
///
/// @param kind what it is
/// @param unsigned no negative values
/// @param zerofill displayed with leading zeros
/// @param length see above
/// @param scale see above
/// @param collation of text kinds, ENUM and SET; `binary` for all others
/// @param members of ENUM and SET, empty for all others
public record SqlType(
    TypeKind kind,
    boolean unsigned,
    boolean zerofill,
    long length,
    int scale,
    Collation collation,
    List<String> members) {
  /// Decimals of a FLOAT or DOUBLE that was not declared with any.
  public static final int UNSPECIFIED_SCALE = 31;

  public static final int MAX_DECIMAL_PRECISION = 65;
  public static final int MAX_DECIMAL_SCALE = 30;
  public static final int MAX_FSP = 6;

  public static final SqlType NULL = simple(TypeKind.NULL, false, 0, 0);
  public static final SqlType TINYINT = integer(TypeKind.TINYINT, false);
  public static final SqlType SMALLINT = integer(TypeKind.SMALLINT, false);
  public static final SqlType MEDIUMINT = integer(TypeKind.MEDIUMINT, false);
  public static final SqlType INT = integer(TypeKind.INT, false);
  public static final SqlType BIGINT = integer(TypeKind.BIGINT, false);
  public static final SqlType BIGINT_UNSIGNED = integer(TypeKind.BIGINT, true);

  /// What comparisons and logical operators give: `1` or `0`.
  public static final SqlType BOOLEAN = simple(TypeKind.BIGINT, false, 1, 0);

  public static final SqlType DOUBLE = simple(TypeKind.DOUBLE, false, 0, UNSPECIFIED_SCALE);
  public static final SqlType FLOAT = simple(TypeKind.FLOAT, false, 0, UNSPECIFIED_SCALE);
  public static final SqlType DATE = simple(TypeKind.DATE, false, 10, 0);
  public static final SqlType YEAR = simple(TypeKind.YEAR, true, 4, 0);

  public SqlType {
    if (length < 0 || scale < 0 || scale > UNSPECIFIED_SCALE) {
      throw new IllegalArgumentException(
          "type "
              + kind
              + ": length and scale expected not negative, found "
              + length
              + ", "
              + scale);
    }
    boolean decimal = kind == TypeKind.DECIMAL;
    if (decimal
        && (length < 1
            || length > MAX_DECIMAL_PRECISION
            || scale > Math.min(length, MAX_DECIMAL_SCALE))) {
      throw new IllegalArgumentException(
          "decimal: no precision and scale are " + length + ", " + scale);
    }
    if (kind.family() == Family.TEMPORAL && scale > MAX_FSP) {
      throw new IllegalArgumentException("fractional digits: expected at most 6, found " + scale);
    }
    members = List.copyOf(members);
  }

  private static SqlType simple(TypeKind kind, boolean unsigned, long length, int scale) {
    return new SqlType(kind, unsigned, false, length, scale, Collations.BINARY, List.of());
  }

  /// TINYINT to BIGINT.
  public static SqlType integer(TypeKind kind, boolean unsigned) {
    long digits =
        switch (kind) {
          case TINYINT -> 3;
          case SMALLINT -> 5;
          case MEDIUMINT -> unsigned ? 8 : 7;
          case INT -> 10;
          case BIGINT -> unsigned ? 20 : 19;
          default -> throw new IllegalArgumentException("not an integer type: " + kind);
        };
    return simple(kind, unsigned, digits, 0);
  }

  /// An integer expression of at most `digits` decimal digits; in MySQL all of them are BIGINT.
  public static SqlType integerOfDigits(int digits, boolean unsigned) {
    return simple(TypeKind.BIGINT, unsigned, Math.clamp(digits, 1, 20), 0);
  }

  public static SqlType bit(int bits) {
    return simple(TypeKind.BIT, true, bits, 0);
  }

  /// DECIMAL, limited to MySQL's largest precision and scale.
  public static SqlType decimal(int precision, int scale) {
    return decimal(precision, scale, false);
  }

  public static SqlType decimal(int precision, int scale, boolean unsigned) {
    int limited = Math.min(scale, MAX_DECIMAL_SCALE);
    int digits = Math.max(1, Math.min(Math.max(precision, limited), MAX_DECIMAL_PRECISION));
    return simple(TypeKind.DECIMAL, unsigned, digits, limited);
  }

  /// DOUBLE(M,D); `scale` may be [#UNSPECIFIED_SCALE].
  public static SqlType doubleOf(int length, int scale, boolean unsigned) {
    return simple(TypeKind.DOUBLE, unsigned, length, scale);
  }

  /// FLOAT(M,D); `scale` may be [#UNSPECIFIED_SCALE].
  public static SqlType floatOf(int length, int scale, boolean unsigned) {
    return simple(TypeKind.FLOAT, unsigned, length, scale);
  }

  public static SqlType character(long characters, Collation collation) {
    return text(TypeKind.CHAR, characters, collation);
  }

  public static SqlType varchar(long characters, Collation collation) {
    return text(TypeKind.VARCHAR, characters, collation);
  }

  public static SqlType binary(long bytes) {
    return simple(TypeKind.BINARY, false, bytes, 0);
  }

  public static SqlType varbinary(long bytes) {
    return simple(TypeKind.VARBINARY, false, bytes, 0);
  }

  private static SqlType text(TypeKind kind, long length, Collation collation) {
    return new SqlType(kind, false, false, length, 0, collation, List.of());
  }

  /// TINYTEXT to LONGTEXT with their full length.
  public static SqlType textLob(TypeKind kind, Collation collation) {
    return text(kind, lobBytes(kind), collation);
  }

  /// TINYBLOB to LONGBLOB with their full length.
  public static SqlType blob(TypeKind kind) {
    return simple(kind, false, lobBytes(kind), 0);
  }

  /// The type of a string expression of at most `characters` characters: VARCHAR, or the TEXT that
  /// holds it; VARBINARY or BLOB if the collation is `binary`.
  public static SqlType stringOf(long characters, Collation collation) {
    boolean binary = collation.charset() == Collations.BINARY.charset();
    long bytes = characters * collation.charset().maxBytesPerCharacter();
    if (bytes < 65536) {
      return binary ? varbinary(characters) : varchar(characters, collation);
    }
    if (bytes < 1L << 24) {
      TypeKind kind = binary ? TypeKind.MEDIUMBLOB : TypeKind.MEDIUMTEXT;
      return text(kind, characters, collation);
    }
    return text(
        binary ? TypeKind.LONGBLOB : TypeKind.LONGTEXT,
        Math.min(characters, 0xFFFFFFFFL),
        collation);
  }

  public static SqlType time(int fsp) {
    return simple(TypeKind.TIME, false, 10 + fraction(fsp), fsp);
  }

  public static SqlType datetime(int fsp) {
    return simple(TypeKind.DATETIME, false, 19 + fraction(fsp), fsp);
  }

  public static SqlType timestamp(int fsp) {
    return simple(TypeKind.TIMESTAMP, false, 19 + fraction(fsp), fsp);
  }

  private static int fraction(int fsp) {
    return fsp == 0 ? 0 : fsp + 1;
  }

  public static SqlType enumOf(List<String> members, Collation collation) {
    return new SqlType(TypeKind.ENUM, false, false, longest(members), 0, collation, members);
  }

  public static SqlType setOf(List<String> members, Collation collation) {
    long length = Math.max(0, members.size() - 1);
    for (String member : members) {
      length += member.codePointCount(0, member.length());
    }
    return new SqlType(TypeKind.SET, false, false, length, 0, collation, members);
  }

  private static long longest(List<String> members) {
    long longest = 0;
    for (String member : members) {
      longest = Math.max(longest, member.codePointCount(0, member.length()));
    }
    return longest;
  }

  private static long lobBytes(TypeKind kind) {
    return switch (kind) {
      case TINYTEXT, TINYBLOB -> 255;
      case TEXT, BLOB -> 65_535;
      case MEDIUMTEXT, MEDIUMBLOB -> 16_777_215;
      case LONGTEXT, LONGBLOB -> 4_294_967_295L;
      default -> throw new IllegalArgumentException("not a TEXT or BLOB: " + kind);
    };
  }

  public SqlType withZerofill() {
    return new SqlType(kind, true, true, length, scale, collation, members);
  }

  public SqlType withCollation(Collation other) {
    return new SqlType(kind, unsigned, zerofill, length, scale, other, members);
  }

  public SqlType withLength(long other) {
    return new SqlType(kind, unsigned, zerofill, other, scale, collation, members);
  }

  public Family family() {
    return kind.family();
  }

  /// TINYINT(1), which clients take for a truth value; the only display width that MySQL still
  /// shows.
  public boolean isTruth() {
    return kind == TypeKind.TINYINT && length == 1 && !unsigned;
  }

  public boolean isNull() {
    return kind == TypeKind.NULL;
  }

  /// Integers, YEAR and BIT: exact without decimals.
  public boolean isInteger() {
    return family() == Family.INTEGER || kind == TypeKind.BIT;
  }

  public boolean isNumeric() {
    return isInteger() || family() == Family.DECIMAL || family() == Family.APPROXIMATE;
  }

  /// Texts, binary strings, ENUM and SET.
  public boolean isString() {
    return family() == Family.TEXT || family() == Family.BINARY || family() == Family.MEMBERS;
  }

  public boolean isTemporal() {
    return family() == Family.TEMPORAL;
  }

  /// DATE, DATETIME and TIMESTAMP.
  public boolean hasDate() {
    return kind == TypeKind.DATE || kind == TypeKind.DATETIME || kind == TypeKind.TIMESTAMP;
  }

  /// Most bytes that a stored string of this type takes.
  public long maxBytes() {
    if (kind.isLob()) {
      return length;
    }
    return length * collation.charset().maxBytesPerCharacter();
  }

  /// As SHOW CREATE TABLE prints it, without character set and collation: `varchar(10)`,
  /// `decimal(10,2)`.
  @Override
  public String toString() {
    return TypeText.print(this);
  }
}
