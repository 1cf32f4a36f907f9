package io.tidemark.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Stores the values of `stores.tsv`: type, expression, `strict` or `lax`, stored value or error,
/// warnings.
///
/// Results are MySQL's: taken from a MariaDB 10.11 server where both agree, from MySQL's rules
/// where MariaDB cuts fractions that MySQL rounds, reads hexadecimal literals as texts, or reports
/// error 1366 for doubles.
class StoreTableTest {
  @Test
  void storesEveryValueAsMySqlDoes() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> rows = rows();
    for (String expected : rows) {
      String[] parts = expected.split("\t", -1);
      String found = StoreTable.row(parts[0], parts[1], parts[2]);
      if (!found.equals(expected)) {
        wrong.add("expected " + expected + "\n     found " + found);
      }
    }
    assertThat(rows).hasSizeGreaterThan(3000);
    assertThat(wrong).isEmpty();
  }

  private static List<String> rows() throws IOException {
    try (InputStream in = StoreTableTest.class.getResourceAsStream("stores.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
