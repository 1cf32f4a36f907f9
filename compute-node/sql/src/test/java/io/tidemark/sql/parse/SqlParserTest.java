package io.tidemark.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.Binary;
import io.tidemark.sql.ast.Expression.BinaryOperator;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.ast.TransactionStatement;
import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlParserTest {
  private static Statement parse(String sql) {
    return SqlParser.parseOnly(sql.getBytes(StandardCharsets.UTF_8), 0).statement();
  }

  private static Expression expression(String text) {
    return SqlParser.parseExpression(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  private static Query.Specification select(String sql) {
    DataStatement.Select select = (DataStatement.Select) parse(sql);
    return (Query.Specification) select.query().body();
  }

  @Test
  void multiplicationBindsMoreThanAddition() {
    Binary sum = (Binary) expression("1 + 2 * 3");
    assertThat(sum.operator()).isEqualTo(BinaryOperator.ADD);
    assertThat(((Binary) sum.right()).operator()).isEqualTo(BinaryOperator.MULTIPLY);
  }

  @Test
  void notBindsLessThanComparison() {
    assertThat(expression("NOT a = b")).isInstanceOf(Expression.Unary.class);
    assertThat(expression("! a = b")).isInstanceOf(Binary.class);
  }

  @Test
  void betweenTakesItsOwnAnd() {
    Binary and = (Binary) expression("a BETWEEN 1 AND 2 AND c");
    assertThat(and.left()).isInstanceOf(Expression.Between.class);
  }

  @Test
  void stringsKeepTheirEscapesForLike() {
    StringLiteral literal = (StringLiteral) expression("'a\\%b\\n''c' 'd'");
    assertThat(literal.text()).isEqualTo("a\\%b\n'cd");
  }

  @Test
  void anyBytesSurviveInStrings() {
    byte[] sql = {'\'', (byte) 0xFF, 0, (byte) 0x80, '\''};
    StringLiteral literal = (StringLiteral) SqlParser.parseExpression(sql, 0);
    assertThat(literal.bytes()).containsExactly(0xFF, 0, 0x80);
  }

  @Test
  void columnsAreNamedByTheirText() {
    Query.Specification select = select("SELECT 1+ 1, COUNT( * ), t.a, 'x', a b FROM t");
    assertThat(select.items().stream().map(i -> ((Query.Item) i).name()))
        .containsExactly("1+ 1", "COUNT( * )", "a", "x", "b");
  }

  @Test
  void versionedCommentsAreRead() {
    assertThat(select("SELECT /*!50000 1, */ 2 /*!99999 , 3 */").items()).hasSize(2);
  }

  @Test
  void pipesFollowTheMode() {
    byte[] sql = "a || b".getBytes(StandardCharsets.UTF_8);
    assertThat(((Binary) SqlParser.parseExpression(sql, 0)).operator())
        .isEqualTo(BinaryOperator.OR);
    assertThat(((Binary) SqlParser.parseExpression(sql, SqlMode.PIPES_AS_CONCAT.bit())).operator())
        .isEqualTo(BinaryOperator.CONCATENATE);
  }

  @Test
  void errorsNameTheOffendingText() {
    assertThatThrownBy(() -> parse("SELECT *\nFROM t WHERE"))
        .hasMessage(
            "You have an error in your SQL syntax; check the manual that corresponds to your MySQL"
                + " server version for the right syntax to use near '' at line 2");
    assertThatThrownBy(() -> parse("SELEC 1")).hasMessageEndingWith("near 'SELEC 1' at line 1");
    assertThatThrownBy(() -> parse("SELECT a b c FROM t"))
        .hasMessageEndingWith("near 'c FROM t' at line 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT FROM t",
        "SELECT a, FROM t",
        "SELECT * FROM t LIMIT 1+1",
        "SELECT top 5 * FROM t",
        "SELECT a::int FROM t",
        "INSERT INTO t VALUES",
        "UPDATE t SET",
        "DELETE t WHERE a = 1",
        "SELECT * FROM a LEFT JOIN b",
        "SELECT 'abc",
        "CREATE TABLE t ()",
        "SELECT 1 FROM t WHERE GROUP BY a",
        "SELECT (1",
      })
  void refusesWhatMysqlRefuses(String sql) {
    assertThatThrownBy(() -> parse(sql)).hasMessageContaining("SQL syntax");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT c FROM sbtest1 WHERE id=?",
        "SELECT DISTINCT c FROM sbtest1 WHERE id BETWEEN ? AND ? ORDER BY c",
        "SELECT SUM(k) FROM sbtest1 WHERE id BETWEEN 1 AND 2",
        "INSERT INTO sbtest1 (id, k, c, pad) VALUES (?, ?, ?, ?), (1,2,'a','b')",
        "INSERT INTO t VALUES (1,2),(3,DEFAULT) AS n(a,b) ON DUPLICATE KEY UPDATE a = n.a+VALUES(b)",
        "INSERT INTO t SET a=1, b=DEFAULT(b)",
        "INSERT t () VALUES ()",
        "INSERT IGNORE INTO t(a) (SELECT 1) ON DUPLICATE KEY UPDATE a=1",
        "REPLACE t VALUES (1)",
        "UPDATE t1, t2 SET t1.a=t2.b WHERE t1.c=t2.c",
        "UPDATE t SET a = a + 1 WHERE b IN (1,2) ORDER BY c DESC LIMIT 3",
        "DELETE t1, t2.* FROM t1 JOIN t2 USING (a) WHERE t1.b=1",
        "DELETE FROM t USING t JOIN t2",
        "SELECT * FROM t1 JOIN t2 USING (a) LEFT JOIN (t3 CROSS JOIN t4) ON t1.a=t3.a, t5 NATURAL"
            + " JOIN t6 FORCE INDEX (a,b) WHERE (a,b) IN ((1,2),(3,4)) FOR UPDATE OF t1 SKIP LOCKED",
        "SELECT * FROM a LEFT JOIN b JOIN c ON b.x = c.x ON a.x = b.x",
        "SELECT 1 FROM dual UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1) ORDER BY 1 DESC LIMIT 2 OFFSET 1",
        "SELECT trim(leading 'x' from y), substring(a from 2 for 3), extract(day_hour from d),"
            + " position('a' in b), cast(a as unsigned), convert(a using utf8mb4), convert(a, char(10)),"
            + " a + interval 1 day, interval 1 day + a, date_add(a, interval '1:2' minute_second),"
            + " group_concat(distinct a order by b desc separator ','), count(distinct a,b)",
        "SELECT case a when 1 then 2 else 3 end, if(a,b,c), a div b, a mod b, binary a, a = any(select"
            + " 1), row(1,2)=(1,2), values(a), date '2020-01-01', {d '2020-01-01'}, now(6)",
        "SELECT a := 1 FROM (SELECT @a := 2, @@session.sql_mode, @@global.`x`, @`a b`) t",
        "WITH x AS (SELECT 1 a), y(b) AS (SELECT 2) SELECT * FROM x, y",
        "((SELECT 1))",
        "SELECT ((SELECT 1) + 1), (((SELECT 1)) - 2), ((SELECT 1) UNION (SELECT 2)), ((SELECT 1))",
        "SELECT 1 WHERE a IN ((SELECT 1), 2) OR a IN ((SELECT 1)) OR a IN ((SELECT 1) + 1)",
        "SELECT * FROM ((SELECT 1) AS a JOIN (SELECT 2) AS b)",
        "SELECT sql_calc_found_rows straight_join distinct a FROM t LOCK IN SHARE MODE",
        "DO SLEEP(0), 2",
        "TABLE t",
        "VALUES ROW(1,2), ROW(3,4)",
        "LOCK TABLES a READ, b AS c WRITE",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        "COMMIT AND CHAIN NO RELEASE",
        "ROLLBACK TO SAVEPOINT x",
        "EXPLAIN FORMAT=TREE SELECT 1",
        "DESCRIBE t",
      })
  void readsWhatProgramsSend(String sql) {
    if (sql.startsWith("SELECT a := ")) {
      assertThatThrownBy(() -> parse(sql)).hasMessageContaining("SQL syntax");
      return;
    }
    assertThat(parse(sql)).isNotNull();
  }

  @Test
  void readsTableDefinitions() {
    DefinitionStatement.CreateTable table =
        (DefinitionStatement.CreateTable)
            parse(
                "CREATE TABLE IF NOT EXISTS d.t (a int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY"
                    + " COMMENT 'x', b varchar(10) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT"
                    + " 'a''b', c timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE"
                    + " CURRENT_TIMESTAMP(3), d enum('a','b'), e bit(8) DEFAULT b'101', UNIQUE KEY u"
                    + " (b(5) DESC, c), KEY (d), CHECK (a > 1), CONSTRAINT f FOREIGN KEY (a)"
                    + " REFERENCES t2(b) ON DELETE CASCADE) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
                    + " AUTO_INCREMENT=5");
    assertThat(table.columns()).hasSize(5);
    assertThat(table.indexes()).hasSize(2);
    assertThat(table.indexes().getFirst().parts().getFirst().prefixLength()).isEqualTo(5);
    assertThat(table.options())
        .containsEntry("ENGINE", "InnoDB")
        .containsEntry("CHARSET", "utf8mb4");
    assertThat(table.columns().get(1).type().collation()).isEqualTo("latin1_bin");
  }

  @Test
  void readsAlterations() {
    DefinitionStatement.AlterTable alter =
        (DefinitionStatement.AlterTable)
            parse(
                "ALTER TABLE t ADD COLUMN (a int, b int), ADD INDEX i(a) COMMENT 'x', MODIFY b int"
                    + " FIRST, CHANGE c d int AFTER b, DROP COLUMN e, DROP PRIMARY KEY, RENAME TO x,"
                    + " ENGINE=innodb, ALGORITHM=inplace, LOCK=none, ALTER COLUMN a SET DEFAULT 5, ADD"
                    + " CONSTRAINT UNIQUE (a), RENAME COLUMN a TO b, RENAME INDEX a TO b, CONVERT TO"
                    + " CHARACTER SET utf8mb4, AUTO_INCREMENT=5");
    assertThat(alter.actions()).hasSize(17);
  }

  @Test
  void splitsStatements() {
    String text = SqlParser.toText("SELECT 1; SELECT 'a;b'; ".getBytes(StandardCharsets.UTF_8));
    SqlParser.Parsed first = SqlParser.parse(text, 0, 0);
    assertThat(text.substring(first.nextOffset())).startsWith("SELECT 'a;b'");
    SqlParser.Parsed second = SqlParser.parse(text, first.nextOffset(), 0);
    assertThat(second.nextOffset()).isEqualTo(text.length());
  }

  @Test
  void leavesAdministrationToItsOwnParser() {
    assertThat(parse("SET @a = 1, b = 2"))
        .isEqualTo(new SessionStatement.Administration("SET", "SET @a = 1, b = 2"));
    assertThat(parse("START TRANSACTION READ WRITE"))
        .isEqualTo(
            new TransactionStatement.Begin(false, TransactionStatement.AccessMode.READ_WRITE));
  }
}
