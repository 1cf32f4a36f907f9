package io.tidemark.sql.server;

import java.util.List;
import java.util.StringJoiner;

/// Runs statements over two million rows that a small heap cannot hold, and checks their answers.
/// Not part of the gate, since it takes a minute: run it with `-Xmx128m` on the test class path.
public final class SmallHeapRun {
  private static final int SIDE = 126;
  private static final long ROWS = (long) SIDE * SIDE * SIDE;
  private static final String ALL = " FROM n a, n b, n c ";
  private static final String KEY = "a.i * 15876 + b.i * 126 + c.i";

  private SmallHeapRun() {}

  public static void main(String[] arguments) {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    if (heap > 256) {
      throw new IllegalStateException("heap: expected at most 256 MiB, found " + heap);
    }
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      StringJoiner rows = new StringJoiner(",", "INSERT INTO n VALUES ", "");
      for (int i = 0; i < SIDE; i++) {
        rows.add("(" + i + ",'" + "text ".repeat(10) + i + "')");
      }
      client.run("CREATE TABLE n (i INT, s VARCHAR(100))");
      client.run(rows.toString());
      String numbers = "(SELECT " + KEY + " x, a.s" + ALL + ")";
      for (String sql :
          List.of(
              "SELECT COUNT(*) FROM (SELECT x, COUNT(*), MAX(s) FROM "
                  + numbers
                  + " v GROUP BY x) w",
              "SELECT COUNT(*) FROM (SELECT DISTINCT x, s FROM " + numbers + " v) w",
              "SELECT COUNT(DISTINCT " + KEY + ", c.s)" + ALL,
              "SELECT COUNT(*) FROM " + numbers + " v JOIN " + numbers + " w ON v.x = w.x",
              "SELECT COUNT(*) FROM (SELECT x FROM "
                  + numbers
                  + " v UNION SELECT x FROM "
                  + numbers
                  + " w) u",
              "SELECT COUNT(*) FROM " + numbers + " v WHERE x IN (SELECT x FROM " + numbers + " w)",
              "SELECT COUNT(*) FROM (SELECT x, s FROM " + numbers + " v ORDER BY s, x) w")) {
        long start = System.nanoTime();
        String value = client.value(sql);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.printf("%7d ms  %s%n", millis, sql);
        if (!value.equals(Long.toString(ROWS))) {
          throw new IllegalStateException(sql + ": expected " + ROWS + ", found " + value);
        }
      }
    }
  }
}
