package io.tidemark.sql.server;

import io.tidemark.sql.parse.Normalizer;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.value.IntValue;
import io.tidemark.storage.error.MySqlError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Measures statements of one session against an engine in memory, in microseconds each; with an
/// argument those whose name contains it.
public final class SessionBench {
  private static final int ROWS = 10_000;

  private static String wanted = "";

  private SessionBench() {}

  public static void main(String[] arguments) {
    wanted = arguments.length > 0 ? arguments[0] : "";
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      client.run(
          "CREATE TABLE sbtest1 (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0,"
              + " c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', KEY k_1 (k))");
      client.run("CREATE TABLE written LIKE sbtest1");
      for (int i = 0; i < ROWS; i += 100) {
        StringBuilder sql = new StringBuilder("INSERT INTO sbtest1 (k, c, pad) VALUES ");
        for (int j = 0; j < 100; j++) {
          sql.append(j == 0 ? "" : ",")
              .append("(")
              .append(i + j)
              .append(",'")
              .append("c".repeat(119))
              .append("','")
              .append("p".repeat(59))
              .append("')");
        }
        client.run(sql.toString());
      }
      Random random = new Random(1);
      SqlSession session = client.session();
      Nothing sink = new Nothing();
      SqlSession.PreparedStatement point = prepare(session, "SELECT c FROM sbtest1 WHERE id=?");
      SqlSession.PreparedStatement range =
          prepare(session, "SELECT c FROM sbtest1 WHERE id BETWEEN ? AND ?");
      SqlSession.PreparedStatement sum =
          prepare(session, "SELECT SUM(k) FROM sbtest1 WHERE id BETWEEN ? AND ?");
      SqlSession.PreparedStatement sorted =
          prepare(session, "SELECT c FROM sbtest1 WHERE id BETWEEN ? AND ? ORDER BY c");
      SqlSession.PreparedStatement distinct =
          prepare(session, "SELECT DISTINCT c FROM sbtest1 WHERE id BETWEEN ? AND ? ORDER BY c");
      SqlSession.PreparedStatement grouped =
          prepare(session, "SELECT k, COUNT(*) FROM sbtest1 WHERE id BETWEEN ? AND ? GROUP BY k");
      SqlSession.PreparedStatement update = prepare(session, "UPDATE sbtest1 SET k=k+1 WHERE id=?");
      for (int round = 0; round < 3; round++) {
        measure("prepared point select", 300_000, () -> point.execute(ids(random, 1), sink));
        measure("text point select", 200_000, () -> session.query(text(random), sink));
        measure("prepared range of 100", 20_000, () -> range.execute(ids(random, 2), sink));
        measure("prepared sum of 100", 20_000, () -> sum.execute(ids(random, 2), sink));
        measure("prepared sort of 100", 10_000, () -> sorted.execute(ids(random, 2), sink));
        measure("prepared distinct of 100", 10_000, () -> distinct.execute(ids(random, 2), sink));
        measure("prepared groups of 100", 10_000, () -> grouped.execute(ids(random, 2), sink));
        measure("prepared update", 30_000, () -> update.execute(ids(random, 1), sink));
        measure("text insert", 50_000, () -> session.query(insert(random, 1), sink));
        measure("text insert of 500 rows", 300, () -> session.query(insert(random, 500), sink));
        Normalizer normalizer = new Normalizer();
        byte[] sql = text(random);
        measure("normalise", 1_000_000, () -> normalizer.normalize(sql, 0));
      }
    }
  }

  private static SqlSession.PreparedStatement prepare(SqlSession session, String sql) {
    return session.prepare(sql.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] text(Random random) {
    return ("SELECT c FROM sbtest1 WHERE id=" + (1 + random.nextInt(ROWS)))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] insert(Random random, int rows) {
    StringBuilder sql = new StringBuilder("INSERT INTO written (k, c, pad) VALUES");
    for (int i = 0; i < rows; i++) {
      sql.append(i == 0 ? " (" : ",(").append(random.nextInt(ROWS));
      sql.append(",'").append("c".repeat(119)).append("','").append("p".repeat(59)).append("')");
    }
    return sql.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<Parameter> ids(Random random, int count) {
    long id = 1 + random.nextInt(ROWS - 100);
    Parameter first = new Parameter(IntValue.of(id));
    return count == 1 ? List.of(first) : List.of(first, new Parameter(IntValue.of(id + 99)));
  }

  private static void measure(String name, int times, Runnable work) {
    if (!name.contains(wanted)) {
      return;
    }
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    double micros = (System.nanoTime() - start) / 1000.0 / times;
    System.out.printf("%-24s %8.2f us%n", name, micros);
  }

  private static final class Nothing implements ResultSink {
    @Override
    public void startRows(List<ResultColumn> columns) {}

    @Override
    public void startRow() {}

    @Override
    public void putNull() {}

    @Override
    public void putLong(long value) {}

    @Override
    public void putFloat(float value) {}

    @Override
    public void putDouble(double value) {}

    @Override
    public void putBytes(byte[] bytes, int offset, int length) {}

    @Override
    public void putTemporal(
        boolean negative,
        int year,
        int month,
        int day,
        int hours,
        int minutes,
        int seconds,
        int microseconds) {}

    @Override
    public void endRow() {}

    @Override
    public void endRows(int statusFlags, int warningCount, boolean moreResults) {}

    @Override
    public void ok(Completion completion) {}

    @Override
    public void error(MySqlError error, String message) {
      throw new AssertionError(message);
    }
  }
}
