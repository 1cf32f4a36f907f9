package io.tidemark.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueListTest {
  private static Optional<ValueList> find(String sql) {
    return ValueList.find(sql.getBytes(StandardCharsets.UTF_8), 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1,2),(3,4)",
        "insert into t value(1,2) , (3,4)",
        "REPLACE `t`(a, b)\nVALUES\n(1, 2),\t( 3 , 4 )  ",
        "INSERT IGNORE INTO `d`.`a``(b` (value, `values`) VALUES (-1,+.5),(1e3,-5.e-1)",
        "INSERT INTO t VALUES ('a''b','(\\'),('),(\"x\",'')",
        "INSERT INTO t VALUES (NULL,true),(False,null)",
        "INSERT INTO t VALUES (x'4f',X''),(0x4,0b101),(b'1',B'')",
        "INSERT INTO t VALUES (_binary 'a',_utf8mb4'b'),(_latin1 x'41',_binary 0x41)",
        "INSERT INTO t VALUES (1,2),(3,4) AS new(x, y) ON DUPLICATE KEY UPDATE b = new.y"
      })
  void findsListsOfLiterals(String sql) {
    ValueList list = find(sql).orElseThrow();
    assertThat(list.columns()).isEqualTo(2);
    assertThat(list.rows()).isGreaterThan(1);
    assertThat(list.parameters()).isZero();
    assertThat(list.isRowOf(SqlParser.parse(list.template(), 0, 0).statement())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1,2),(3)",
        "INSERT INTO t VALUES (1,2),(3,4",
        "INSERT INTO t VALUES (1,2),(3,4),",
        "INSERT INTO t VALUES (1,2),(3,'4)",
        "INSERT INTO t VALUES (1,),(3,4)",
        "INSERT INTO t VALUES (),()",
        "INSERT INTO t VALUES (1,DEFAULT),(3,4)",
        "INSERT INTO t VALUES (1,1+1),(3,4)",
        "INSERT INTO t VALUES (1,- 1),(3,4)",
        "INSERT INTO t VALUES (1,--1),(3,4)",
        "INSERT INTO t VALUES (1,-'1'),(3,4)",
        "INSERT INTO t VALUES (1,-0x41),(3,4)",
        "INSERT INTO t VALUES (1,NOW()),(3,4)",
        "INSERT INTO t VALUES (1,@a),(3,4)",
        "INSERT INTO t VALUES (1,a),(3,4)",
        "INSERT INTO t VALUES (1,'a' 'b'),(3,4)",
        "INSERT INTO t VALUES (1,N'a'),(3,4)",
        "INSERT INTO t VALUES (1,DATE '2026-01-01'),(3,4)",
        "INSERT INTO t VALUES (1,(2)),(3,4)",
        "INSERT INTO t VALUES (1,.),(3,4)",
        "INSERT INTO t VALUES (1,1e),(3,4)",
        "INSERT INTO t VALUES (1,1x),(3,4)",
        "INSERT INTO t VALUES (1,0x),(3,4)",
        "INSERT INTO t VALUES (1,x'123'),(3,4)",
        "INSERT INTO t VALUES (1,b'2'),(3,4)",
        "INSERT INTO t VALUES (1,NULL IS NULL),(3,4)",
        "INSERT INTO t VALUES (1,2/* c */),(3,4)",
        "INSERT /* c */ INTO t VALUES (1,2),(3,4)",
        "INSERT INTO t VALUES ROW(1,2),ROW(3,4)",
        "INSERT INTO t SELECT 1, 2",
        "INSERT INTO t SET a = 1",
        "SELECT * FROM t WHERE a IN (1,2)",
        ""
      })
  void leavesEverythingElseToTheParser(String sql) {
    assertThat(find(sql)).isEmpty();
  }

  @Test
  void readsStringsAsTheModeSays() {
    String sql = "INSERT INTO t VALUES ('a\\\\n\\n\\%\\'','it''s','\"\"')";
    assertThat(strings(sql, 0)).containsExactly("a\\n\n\\%'", "it's", "\"\"");
    String noEscapes = "INSERT INTO t VALUES ('a\\n\\','it''s','\"\"')";
    assertThat(strings(noEscapes, SqlMode.NO_BACKSLASH_ESCAPES.bit()))
        .containsExactly("a\\n\\", "it's", "\"\"");
    String doubleQuotes = "INSERT INTO t VALUES (\"it's \"\"x\\\"\",'')";
    assertThat(strings(doubleQuotes, 0)).containsExactly("it's \"x\"", "");
    byte[] identifier = "INSERT INTO t VALUES (\"a\")".getBytes(StandardCharsets.UTF_8);
    assertThat(ValueList.find(identifier, SqlMode.ANSI_QUOTES.bit())).isEmpty();
  }

  private static List<String> strings(String sql, int modes) {
    ValueList list = ValueList.find(sql.getBytes(StandardCharsets.UTF_8), modes).orElseThrow();
    List<String> strings = new ArrayList<>();
    ValueList.Reader reader = list.reader();
    while (reader.nextRow()) {
      for (int i = 0; i < list.columns(); i++) {
        strings.add(new String(reader.nextLiteral().bytes(), StandardCharsets.UTF_8));
      }
    }
    return strings;
  }

  @Test
  void hasOneTextForAnyNumberOfRowsAndLengthsOfLiterals() {
    Normalizer normalizer = new Normalizer();
    List<String> texts =
        List.of(
            "INSERT INTO t VALUES (1,'a')",
            "INSERT INTO t VALUES (1,'a'),(2,NULL)",
            "INSERT INTO t VALUES (1.5,_binary 'a'),(1e5,'" + "b".repeat(5000) + "'),(0x01,TRUE);");
    for (String text : texts) {
      Normalizer.Normalized found =
          normalizer.normalize(text.getBytes(StandardCharsets.UTF_8), 0).orElseThrow();
      assertThat(found.text()).isEqualTo("INSERT INTO t VALUES (?,?)");
      assertThat(found.literals()).isEmpty();
    }
  }

  @Test
  void countsParametersAmongTheValues() {
    ValueList list =
        find("INSERT INTO t VALUES (?,1),(2,?),(?,?) ON DUPLICATE KEY UPDATE b = ?").orElseThrow();
    assertThat(list.parameters()).isEqualTo(4);
    assertThat(SqlParser.parse(list.template(), 0, 0).parameterCount()).isEqualTo(3);
    assertThat(
            new Normalizer()
                .normalize("INSERT INTO t VALUES (?,1)".getBytes(StandardCharsets.UTF_8), 0))
        .isEmpty();
  }
}
