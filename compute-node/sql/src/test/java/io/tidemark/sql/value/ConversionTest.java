package io.tidemark.sql.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.FixedContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages and results are those of MySQL 8.0 for a column `c`.
class ConversionTest {
  private static final SqlType TINYINT = SqlType.TINYINT;
  private static final SqlType BIGINT_UNSIGNED = SqlType.BIGINT_UNSIGNED;
  private static final SqlType NAME = SqlType.varchar(3, Collations.UTF8MB4_0900_AI_CI);
  private static final SqlType LETTER =
      SqlType.enumOf(List.of("a", "b", "42"), Collations.UTF8MB4_0900_AI_CI);
  private static final SqlType LETTERS =
      SqlType.setOf(List.of("a", "b", "c"), Collations.UTF8MB4_0900_AI_CI);

  private final FixedContext strict = new FixedContext();
  private final FixedContext lax = new FixedContext().lax();

  private static Value text(String text) {
    return StringValue.of(text);
  }

  private void fits(SqlType type, Value value, String expected) {
    assertThat(Conversion.store(type, value, strict).asString()).isEqualTo(expected);
    assertThat(strict.takeWarnings()).isEmpty();
  }

  /// Strict refuses with `message`; lax stores `nearest` with the same message or `warning` as
  /// warning.
  private void refuses(SqlType type, Value value, int number, String message, String nearest) {
    assertThatThrownBy(() -> Conversion.store(type, value, strict))
        .isInstanceOf(Rejected.class)
        .hasMessage(message)
        .satisfies(e -> assertThat(((Rejected) e).error().number()).isEqualTo(number));
    assertThat(Conversion.store(type, value, lax).asString()).isEqualTo(nearest);
    assertThat(lax.takeWarnings()).hasSize(1).allMatch(w -> w.startsWith("WARNING"));
  }

  private static String outOfRange() {
    return "Out of range value for column 'c' at row 1";
  }

  private static String truncated() {
    return "Data truncated for column 'c' at row 1";
  }

  @Test
  void storesIntegers() {
    fits(TINYINT, IntValue.of(-128), "-128");
    fits(TINYINT, text(" 12 "), "12");
    fits(TINYINT, text("1.5"), "2");
    fits(TINYINT, text("1e2"), "100");
    fits(TINYINT, DecimalValue.of(new BigDecimal("-2.5")), "-3");
    fits(TINYINT, DoubleValue.of(2.5), "2");
    fits(BIGINT_UNSIGNED, IntValue.ofUnsigned(-1), "18446744073709551615");
    fits(BIGINT_UNSIGNED, text("18446744073709551615"), "18446744073709551615");
    fits(SqlType.INT, StringValue.of("2024").toDecimal(strict), "2024");
    refuses(TINYINT, IntValue.of(128), 1264, outOfRange(), "127");
    refuses(TINYINT, IntValue.of(-129), 1264, outOfRange(), "-128");
    refuses(BIGINT_UNSIGNED, IntValue.of(-1), 1264, outOfRange(), "0");
    refuses(SqlType.BIGINT, IntValue.ofUnsigned(-1), 1264, outOfRange(), "9223372036854775807");
    refuses(SqlType.BIGINT, DoubleValue.of(1e30), 1264, outOfRange(), "9223372036854775807");
    refuses(
        TINYINT, text("abc"), 1366, "Incorrect integer value: 'abc' for column 'c' at row 1", "0");
    refuses(TINYINT, text(""), 1366, "Incorrect integer value: '' for column 'c' at row 1", "0");
    refuses(TINYINT, text("12abc"), 1265, truncated(), "12");
  }

  @Test
  void storesDecimalsAndDoubles() {
    SqlType money = SqlType.decimal(5, 2);
    fits(money, IntValue.of(7), "7.00");
    fits(money, text("-1.5"), "-1.50");
    assertThat(Conversion.store(money, text("1.005"), strict).asString()).isEqualTo("1.01");
    assertThat(strict.takeWarnings()).containsExactly("NOTE 1265 " + truncated());
    refuses(money, IntValue.of(1000), 1264, outOfRange(), "999.99");
    refuses(money, text("-1e30"), 1264, outOfRange(), "-999.99");
    refuses(money, text("x"), 1366, "Incorrect decimal value: 'x' for column 'c' at row 1", "0.00");
    refuses(SqlType.decimal(5, 2, true), IntValue.of(-1), 1264, outOfRange(), "0.00");
    fits(SqlType.DOUBLE, text("1e3"), "1000");
    refuses(SqlType.DOUBLE, text("x"), 1265, truncated(), "0");
    fits(SqlType.FLOAT, DoubleValue.of(0.1), "0.1");
    fits(SqlType.FLOAT, IntValue.of(16777217), "16777200");
    refuses(SqlType.FLOAT, DoubleValue.of(1e39), 1264, outOfRange(), "3.40282e38");
    fits(SqlType.doubleOf(5, 2, false), DoubleValue.of(1.005), "1.00");
    refuses(SqlType.doubleOf(5, 2, false), DoubleValue.of(1000), 1264, outOfRange(), "999.99");
  }

  @Test
  void storesTexts() {
    fits(NAME, text("日本語"), "日本語");
    fits(NAME, IntValue.of(123), "123");
    fits(NAME, text("a  "), "a  ");
    fits(SqlType.character(3, Collations.UTF8MB4_0900_AI_CI), text("a  "), "a");
    assertThat(Conversion.store(NAME, text("abc  "), strict).asString()).isEqualTo("abc");
    assertThat(strict.takeWarnings()).containsExactly("NOTE 1265 " + truncated());
    assertThatThrownBy(() -> Conversion.store(NAME, text("abcd"), strict))
        .hasMessage("Data too long for column 'c' at row 1");
    assertThat(Conversion.store(NAME, text("abcd"), lax).asString()).isEqualTo("abc");
    assertThat(lax.takeWarnings()).containsExactly("WARNING 1265 " + truncated());
    SqlType latin = SqlType.varchar(5, Collations.LATIN1_SWEDISH_CI);
    fits(latin, text("é"), "é");
    refuses(
        latin,
        text("日"),
        1366,
        "Incorrect string value: '\\xE6\\x97\\xA5' for column 'c' at row 1",
        "?");
    refuses(
        NAME,
        StringValue.binary(new byte[] {'a', (byte) 0xFF, 'b'}),
        1366,
        "Incorrect string value: '\\xFFb' for column 'c' at row 1",
        "a");
    assertThat(Conversion.store(SqlType.binary(3), text("a"), strict).toBytes())
        .isEqualTo(new byte[] {'a', 0, 0});
    assertThatThrownBy(() ->
            Conversion.store(
                SqlType.textLob(TypeKind.TINYTEXT, Collations.UTF8MB4_BIN),
                text("x".repeat(256)),
                strict))
        .hasMessage("Data too long for column 'c' at row 1");
  }

  @Test
  void storesTemporals() {
    fits(SqlType.DATE, text("2024-02-29"), "2024-02-29");
    fits(SqlType.DATE, IntValue.of(240229), "2024-02-29");
    fits(SqlType.datetime(0), text("2024-02-29 10:11:12"), "2024-02-29 10:11:12");
    fits(SqlType.datetime(0), text("2024-12-31 23:59:59.5"), "2025-01-01 00:00:00");
    fits(SqlType.datetime(3), text("2024-02-29 10:11:12.3456"), "2024-02-29 10:11:12.346");
    fits(SqlType.time(1), text("-838:59:58.96"), "-838:59:59.0");
    fits(SqlType.time(0), IntValue.of(101112), "10:11:12");
    refuses(
        SqlType.DATE,
        text("2023-02-29"),
        1292,
        "Incorrect date value: '2023-02-29' for column 'c' at row 1",
        "0000-00-00");
    refuses(
        SqlType.datetime(0),
        text("abc"),
        1292,
        "Incorrect datetime value: 'abc' for column 'c' at row 1",
        "0000-00-00 00:00:00");
    refuses(
        SqlType.DATE,
        text("0000-00-00"),
        1292,
        "Incorrect date value: '0000-00-00' for column 'c' at row 1",
        "0000-00-00");
    refuses(
        SqlType.DATE,
        text("2024-00-10"),
        1292,
        "Incorrect date value: '2024-00-10' for column 'c' at row 1",
        "0000-00-00");
    refuses(
        SqlType.time(0),
        text("900:00:00"),
        1292,
        "Incorrect time value: '900:00:00' for column 'c' at row 1",
        "838:59:59");
    refuses(
        SqlType.timestamp(0),
        text("2038-01-19 03:14:08"),
        1292,
        "Incorrect datetime value: '2038-01-19 03:14:08' for column 'c' at row 1",
        "0000-00-00 00:00:00");
    fits(SqlType.timestamp(0), text("2038-01-19 03:14:07"), "2038-01-19 03:14:07");
    FixedContext zeros =
        new FixedContext().without(SqlMode.NO_ZERO_DATE).without(SqlMode.NO_ZERO_IN_DATE);
    assertThat(Conversion.store(SqlType.DATE, text("0000-00-00"), zeros).asString())
        .isEqualTo("0000-00-00");
    assertThat(Conversion.store(SqlType.DATE, text("2024-00-10"), zeros).asString())
        .isEqualTo("2024-00-10");
  }

  @Test
  void storesYearsAndBits() {
    fits(SqlType.YEAR, IntValue.of(69), "2069");
    fits(SqlType.YEAR, IntValue.of(70), "1970");
    fits(SqlType.YEAR, text("0"), "2000");
    fits(SqlType.YEAR, IntValue.of(0), "0");
    refuses(SqlType.YEAR, IntValue.of(1900), 1264, outOfRange(), "0");
    assertThat(Conversion.store(SqlType.bit(10), IntValue.of(1023), strict))
        .isEqualTo(BitValue.of(1023, 10));
    assertThatThrownBy(() -> Conversion.store(SqlType.bit(10), IntValue.of(1024), strict))
        .hasMessage("Data too long for column 'c' at row 1");
  }

  @Test
  void storesMembers() {
    fits(LETTER, text("B"), "b");
    fits(LETTER, IntValue.of(3), "42");
    fits(LETTER, text("42"), "42");
    fits(LETTER, text("2"), "b");
    refuses(LETTER, text("z"), 1265, truncated(), "");
    refuses(LETTER, IntValue.of(4), 1265, truncated(), "");
    fits(LETTERS, text("c,A,a"), "a,c");
    fits(LETTERS, IntValue.of(6), "b,c");
    fits(LETTERS, text(""), "");
    refuses(LETTERS, text("a,x"), 1265, truncated(), "a");
    refuses(LETTERS, IntValue.of(9), 1265, truncated(), "a");
  }

  @Test
  void keepsNull() {
    assertThat(Conversion.store(TINYINT, NullValue.NULL, strict)).isEqualTo(NullValue.NULL);
  }
}
