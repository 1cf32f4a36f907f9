package io.tidemark.mysql;

import io.tidemark.mysql.FakeResult.Temporal;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import java.sql.Types;
import java.util.List;

/// A column of one type, its value and the texts by which drivers may show it.
record FakeResultCase(
    String name, SqlType type, Object value, int jdbcType, boolean bytes, List<String> texts) {

  private static FakeResultCase of(
      String name, SqlType type, Object value, int jdbcType, String... texts) {
    return new FakeResultCase(name, type, value, jdbcType, false, List.of(texts));
  }

  static List<FakeResultCase> all() {
    var text = Collations.UTF8MB4_0900_AI_CI;
    return List.of(
        of("ti", SqlType.TINYINT, -128L, Types.TINYINT, "-128"),
        of("tu", SqlType.integer(TypeKind.TINYINT, true), 255L, Types.TINYINT, "255"),
        of("si", SqlType.SMALLINT, -32768L, Types.SMALLINT, "-32768"),
        of("su", SqlType.integer(TypeKind.SMALLINT, true), 65535L, Types.SMALLINT, "65535"),
        of("mi", SqlType.MEDIUMINT, -8388608L, Types.INTEGER, "-8388608"),
        of("mu", SqlType.integer(TypeKind.MEDIUMINT, true), 16777215L, Types.INTEGER, "16777215"),
        of("ii", SqlType.INT, -2147483648L, Types.INTEGER, "-2147483648"),
        of("iu", SqlType.integer(TypeKind.INT, true), 4294967295L, Types.INTEGER, "4294967295"),
        of("bi", SqlType.BIGINT, Long.MIN_VALUE, Types.BIGINT, "-9223372036854775808"),
        of("bu", SqlType.BIGINT_UNSIGNED, -1L, Types.BIGINT, "18446744073709551615"),
        of("de", SqlType.decimal(10, 2), "-12345.60", Types.DECIMAL, "-12345.60"),
        of("fl", SqlType.FLOAT, 1.5f, Types.REAL, "1.5"),
        of("do", SqlType.DOUBLE, -0.125, Types.DOUBLE, "-0.125"),
        of("ch", SqlType.character(5, text), "häß", Types.CHAR, "häß"),
        of("vc", SqlType.varchar(50, text), "日本😀", Types.VARCHAR, "日本😀"),
        of("tx", SqlType.textLob(TypeKind.TEXT, text), "text", Types.LONGVARCHAR, "text"),
        new FakeResultCase(
            "vb",
            SqlType.varbinary(9),
            new byte[] {'a', 'b'},
            Types.VARBINARY,
            true,
            List.of("ab")),
        new FakeResultCase(
            "bl",
            SqlType.blob(TypeKind.BLOB),
            new byte[] {'x', 'y'},
            Types.LONGVARBINARY,
            true,
            List.of("xy")),
        of(
            "da",
            SqlType.DATE,
            new Temporal(false, 2024, 2, 29, 0, 0, 0, 0),
            Types.DATE,
            "2024-02-29"),
        of(
            "dt",
            SqlType.datetime(0),
            new Temporal(false, 2024, 2, 29, 1, 2, 3, 0),
            Types.TIMESTAMP,
            "2024-02-29 01:02:03",
            "2024-02-29 01:02:03.0"),
        of(
            "d6",
            SqlType.datetime(6),
            new Temporal(false, 2024, 2, 29, 23, 59, 59, 123456),
            Types.TIMESTAMP,
            "2024-02-29 23:59:59.123456"),
        of(
            "ts",
            SqlType.timestamp(3),
            new Temporal(false, 2024, 2, 29, 12, 0, 0, 120000),
            Types.TIMESTAMP,
            "2024-02-29 12:00:00.120",
            "2024-02-29 12:00:00.12",
            "2024-02-29 12:00:00.120000"),
        of(
            "tm",
            SqlType.time(0),
            new Temporal(false, 0, 0, 0, 13, 14, 15, 0),
            Types.TIME,
            "13:14:15"),
        of("ye", SqlType.YEAR, 2024L, Types.DATE, "2024", "2024-01-01"),
        of("en", SqlType.enumOf(List.of("a", "bb"), text), "bb", Types.CHAR, "bb"),
        of("se", SqlType.setOf(List.of("a", "b"), text), "a,b", Types.CHAR, "a,b"));
  }
}
