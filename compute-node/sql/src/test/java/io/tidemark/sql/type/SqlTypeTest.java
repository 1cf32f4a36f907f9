package io.tidemark.sql.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.collation.Collations;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTypeTest {
  @Test
  void printsAsShowCreateTable() {
    assertThat(SqlType.INT).hasToString("int");
    assertThat(SqlType.BIGINT_UNSIGNED).hasToString("bigint unsigned");
    assertThat(SqlType.INT.withZerofill()).hasToString("int(10) unsigned zerofill");
    assertThat(SqlType.decimal(10, 2)).hasToString("decimal(10,2)");
    assertThat(SqlType.decimal(10, 0, true)).hasToString("decimal(10,0) unsigned");
    assertThat(SqlType.doubleOf(7, 3, false)).hasToString("double(7,3)");
    assertThat(SqlType.FLOAT).hasToString("float");
    assertThat(SqlType.varchar(10, Collations.UTF8MB4_BIN)).hasToString("varchar(10)");
    assertThat(SqlType.datetime(6)).hasToString("datetime(6)");
    assertThat(SqlType.timestamp(0)).hasToString("timestamp");
    assertThat(SqlType.bit(8)).hasToString("bit(8)");
    assertThat(SqlType.blob(TypeKind.MEDIUMBLOB)).hasToString("mediumblob");
    assertThat(SqlType.enumOf(List.of("a", "it's"), Collations.UTF8MB4_BIN))
        .hasToString("enum('a','it''s')");
    assertThat(SqlType.YEAR).hasToString("year");
  }

  @Test
  void describesColumnsToClients() {
    ColumnMetadata integer = ColumnMetadata.of(SqlType.INT, 255, 4);
    assertThat(integer).isEqualTo(new ColumnMetadata(3, 63, 11, ColumnMetadata.BINARY_FLAG, 0));
    ColumnMetadata text =
        ColumnMetadata.of(SqlType.varchar(10, Collations.LATIN1_SWEDISH_CI), 255, 4);
    assertThat(text).isEqualTo(new ColumnMetadata(253, 255, 40, 0, 0));
    ColumnMetadata decimal = ColumnMetadata.of(SqlType.decimal(10, 2), 255, 4);
    assertThat(decimal).isEqualTo(new ColumnMetadata(246, 63, 12, ColumnMetadata.BINARY_FLAG, 2));
    assertThat(ColumnMetadata.of(SqlType.datetime(3), 255, 4).length()).isEqualTo(23);
    assertThat(ColumnMetadata.of(SqlType.DOUBLE, 255, 4).decimals()).isEqualTo(31);
  }
}
