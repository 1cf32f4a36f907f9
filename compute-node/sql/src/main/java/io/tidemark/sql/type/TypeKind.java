package io.tidemark.sql.type;

/// The kinds of MySQL's types, with the code of each in the protocol's column definitions.
///
/// Source: MySQL manual, chapter Data Types; protocol codes from the manual's Protocol section
/// (`enum_field_types`). TEXT and BLOB of every length travel as BLOB (252), CHAR, ENUM and SET as
/// STRING (254).
public enum TypeKind {
  NULL(6, Family.NULL),
  TINYINT(1, Family.INTEGER),
  SMALLINT(2, Family.INTEGER),
  MEDIUMINT(9, Family.INTEGER),
  INT(3, Family.INTEGER),
  BIGINT(8, Family.INTEGER),
  YEAR(13, Family.INTEGER),
  BIT(16, Family.BIT),
  DECIMAL(246, Family.DECIMAL),
  FLOAT(4, Family.APPROXIMATE),
  DOUBLE(5, Family.APPROXIMATE),
  CHAR(254, Family.TEXT),
  VARCHAR(253, Family.TEXT),
  TINYTEXT(252, Family.TEXT),
  TEXT(252, Family.TEXT),
  MEDIUMTEXT(252, Family.TEXT),
  LONGTEXT(252, Family.TEXT),
  BINARY(254, Family.BINARY),
  VARBINARY(253, Family.BINARY),
  TINYBLOB(252, Family.BINARY),
  BLOB(252, Family.BINARY),
  MEDIUMBLOB(252, Family.BINARY),
  LONGBLOB(252, Family.BINARY),
  DATE(10, Family.TEMPORAL),
  TIME(11, Family.TEMPORAL),
  DATETIME(12, Family.TEMPORAL),
  TIMESTAMP(7, Family.TEMPORAL),
  ENUM(254, Family.MEMBERS),
  SET(254, Family.MEMBERS),
  /// Reserved: columns of it are refused.
  JSON(245, Family.TEXT);

  /// What kinds of one family have in common when expressions mix them.
  public enum Family {
    NULL,
    INTEGER,
    BIT,
    DECIMAL,
    APPROXIMATE,
    TEXT,
    BINARY,
    TEMPORAL,
    MEMBERS
  }

  private final int protocolCode;
  private final Family family;

  TypeKind(int protocolCode, Family family) {
    this.protocolCode = protocolCode;
    this.family = family;
  }

  public int protocolCode() {
    return protocolCode;
  }

  public Family family() {
    return family;
  }

  /// TINYTEXT to LONGTEXT and TINYBLOB to LONGBLOB.
  public boolean isLob() {
    return protocolCode == 252;
  }

  /// TINYTEXT to LONGTEXT.
  public boolean isTextLob() {
    return isLob() && family == Family.TEXT;
  }
}
