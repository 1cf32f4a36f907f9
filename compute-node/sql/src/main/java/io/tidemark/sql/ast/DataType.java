package io.tidemark.sql.ast;

import java.util.List;

/// A type as it is written in CREATE TABLE or CAST.
///
/// @param name canonical name in upper case: `TINYINT`, `SMALLINT`, `MEDIUMINT`, `INT`, `BIGINT`,
///   `DECIMAL`, `FLOAT`, `DOUBLE`, `BIT`, `CHAR`, `VARCHAR`, `TINYTEXT`, `TEXT`, `MEDIUMTEXT`,
///   `LONGTEXT`, `BINARY`, `VARBINARY`, `TINYBLOB`, `BLOB`, `MEDIUMBLOB`, `LONGBLOB`, `DATE`,
///   `TIME`, `DATETIME`, `TIMESTAMP`, `YEAR`, `ENUM`, `SET`, `JSON`; in CAST also `SIGNED`,
///   `UNSIGNED`. Synonyms are resolved (`BOOL` is `TINYINT(1)`, `SERIAL` is left as it is).
/// @param length display width, length, precision or fractional digits in parentheses; -1 if none
/// @param scale second number in parentheses; -1 if none
/// @param charset name of the character set, or empty
/// @param collation name of the collation, or empty
/// @param binary the attribute BINARY of a character type: the `_bin` collation of its charset
/// @param values elements of ENUM and SET
public record DataType(
    String name,
    long length,
    int scale,
    boolean unsigned,
    boolean zerofill,
    String charset,
    String collation,
    boolean binary,
    List<StringLiteral> values) {
  public DataType {
    values = List.copyOf(values);
  }

  /// A type of which only the name is said.
  public static DataType of(String name) {
    return new DataType(name, -1, -1, false, false, "", "", false, List.of());
  }
}
