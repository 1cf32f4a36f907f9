package io.tidemark.tests.tpcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Terminals run TPC-C's mix at once; afterwards the consistency conditions 1 to 4, 8 and 9 of
/// clause 3.3.2 hold. Through both Java clients, with prepared statements on the client and on the
/// server.
class TpccTest {
  private static final int TERMINALS = 6;
  private static final int TRANSACTIONS = 60;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"mysql, false", "mysql, true", "mariadb, true"})
  void consistencyConditionsHold(String client, boolean serverPrepared) throws Exception {
    long seed = Long.getLong("tidemark.tpcc.seed", System.nanoTime());
    System.out.println("TpccTest: seed " + seed);
    Random random = new Random(seed);
    try (DevProcess server = DevProcess.start(directory.resolve("data"), "--replicas", "0")) {
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE tpcc");
      }
      try (Connection connection = connect(client, server, serverPrepared)) {
        TpccSchema.create(connection);
        TpccSchema.populate(connection, random);
      }
      runTerminals(client, server, serverPrepared, random);
      try (Connection connection = connect(client, server, serverPrepared)) {
        checkConsistency(connection);
      }
    }
  }

  private static void runTerminals(
      String client, DevProcess server, boolean serverPrepared, Random random) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(TERMINALS)) {
      List<Future<int[]>> results = new ArrayList<>();
      for (int i = 0; i < TERMINALS; i++) {
        Random own = new Random(random.nextLong());
        results.add(
            executor.submit(() -> {
              try (Connection connection = connect(client, server, serverPrepared)) {
                TpccTerminal terminal = new TpccTerminal(connection, own);
                for (int n = 0; n < TRANSACTIONS; n++) {
                  terminal.runOne();
                }
                return new int[] {terminal.newOrders(), terminal.retries()};
              }
            }));
      }
      int newOrders = 0;
      int retries = 0;
      for (Future<int[]> result : results) {
        newOrders += result.get()[0];
        retries += result.get()[1];
      }
      System.out.println("new orders " + newOrders + ", deadlocks retried " + retries);
      assertThat(newOrders).isPositive();
    }
  }

  private static void checkConsistency(Connection connection) throws SQLException {
    // 1: a warehouse's year-to-date equals the sum of its districts'.
    assertNoRows(
        connection,
        "SELECT w_id FROM warehouse JOIN district ON d_w_id = w_id GROUP BY w_id, w_ytd"
            + " HAVING w_ytd <> SUM(d_ytd)");
    // 2: the next order number follows the newest order and the newest new-order.
    assertNoRows(
        connection,
        "SELECT d_w_id, d_id FROM district LEFT JOIN"
            + " (SELECT o_w_id, o_d_id, MAX(o_id) AS newest FROM orders GROUP BY o_w_id, o_d_id) o"
            + " ON o_w_id = d_w_id AND o_d_id = d_id"
            + " WHERE d_next_o_id - 1 <> COALESCE(newest, 0)");
    // 3: new-orders are contiguous.
    assertNoRows(
        connection,
        "SELECT no_w_id, no_d_id FROM new_orders GROUP BY no_w_id, no_d_id"
            + " HAVING MAX(no_o_id) - MIN(no_o_id) + 1 <> COUNT(*)");
    // 4: an order has as many lines as it says.
    assertNoRows(
        connection,
        "SELECT o_w_id, o_d_id, o_id FROM orders WHERE o_ol_cnt <> (SELECT COUNT(*)"
            + " FROM order_line WHERE ol_w_id = o_w_id AND ol_d_id = o_d_id AND ol_o_id = o_id)");
    // 8 and 9: year-to-date equals the history, which starts empty here.
    assertNoRows(
        connection,
        "SELECT w_id FROM warehouse WHERE w_ytd - 30000.00 <>"
            + " (SELECT COALESCE(SUM(h_amount), 0) FROM history WHERE h_w_id = w_id)");
    assertNoRows(
        connection,
        "SELECT d_w_id, d_id FROM district WHERE d_ytd - 30000.00 / "
            + TpccSchema.DISTRICTS
            + " <> (SELECT COALESCE(SUM(h_amount), 0) FROM history"
            + " WHERE h_w_id = d_w_id AND h_d_id = d_id)");
    // 12: what a customer owes and has paid equals the delivered lines of his orders. NULL is a
    // fault.
    assertNoRows(
        connection,
        "SELECT c_w_id, c_d_id, c_id, c_balance FROM customer WHERE c_balance IS NULL OR"
            + " c_balance + c_ytd_payment <> (SELECT COALESCE(SUM(ol_amount), 0)"
            + " FROM orders, order_line WHERE o_w_id = c_w_id AND o_d_id = c_d_id"
            + " AND o_c_id = c_id AND ol_w_id = o_w_id AND ol_d_id = o_d_id AND ol_o_id = o_id"
            + " AND ol_delivery_d IS NOT NULL)");
  }

  private static void assertNoRows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as(sql).isFalse();
    }
  }

  private static Connection connect(String client, DevProcess server, boolean serverPrepared)
      throws SQLException {
    String options = "?user=root&useServerPrepStmts=" + serverPrepared;
    return client.equals("mysql")
        ? DriverManager.getConnection(
            "jdbc:mysql://127.0.0.1:"
                + server.writerPort()
                + "/tpcc"
                + options
                + "&sslMode=DISABLED&allowPublicKeyRetrieval=true")
        : DriverManager.getConnection(
            "jdbc:mariadb://127.0.0.1:" + server.writerPort() + "/tpcc" + options);
  }
}
