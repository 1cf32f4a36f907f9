package io.tidemark.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Evaluates the expressions of `expressions.tsv`: expression, result or error number, type,
/// warnings.
///
/// Results are MySQL's: they were taken from a MariaDB 10.11 server where both agree, from the
/// MySQL 8.0 manual where they do not (comparison of dates with invalid strings, rounding instead
/// of cutting, decimals of doubles).
class FunctionTableTest {
  @Test
  void evaluatesEveryExpressionAsMySqlDoes() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> rows = rows();
    for (String expected : rows) {
      String expression = expected.substring(0, expected.indexOf('\t'));
      String found = ExpressionTable.row(expression);
      boolean error = expected.contains("\tERROR ");
      String comparable =
          error
              ? found.substring(0, Math.min(found.length(), expected.length()))
              : found.stripTrailing();
      if (!comparable.equals(expected.stripTrailing())) {
        wrong.add("expected " + expected + "\n     found " + found);
      }
    }
    assertThat(rows).hasSizeGreaterThan(4000);
    assertThat(wrong).isEmpty();
  }

  @Test
  void registersEveryFunctionThatProgramsUse() {
    assertThat(Functions.all()).hasSizeGreaterThan(200);
  }

  private static List<String> rows() throws IOException {
    try (InputStream in = FunctionTableTest.class.getResourceAsStream("expressions.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
