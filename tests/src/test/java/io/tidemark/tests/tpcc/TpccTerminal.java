package io.tidemark.tests.tpcc;

import static io.tidemark.tests.tpcc.TpccSchema.bind;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One terminal: runs the five transactions of clause 2 in the specified mix. A deadlock is
/// retried. Confined to one thread.
final class TpccTerminal {
  private static final int DEADLOCK = 1213;

  private final Connection connection;
  private final Random random;
  private int newOrders;
  private int retries;

  TpccTerminal(Connection connection, Random random) throws SQLException {
    this.connection = connection;
    this.random = random;
    connection.setAutoCommit(false);
  }

  int newOrders() {
    return newOrders;
  }

  int retries() {
    return retries;
  }

  void runOne() throws SQLException {
    int dice = random.nextInt(100);
    while (true) {
      try {
        if (dice < 45) {
          newOrder();
        } else if (dice < 88) {
          payment();
        } else if (dice < 92) {
          orderStatus();
        } else if (dice < 96) {
          delivery();
        } else {
          stockLevel();
        }
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != DEADLOCK) {
          throw e;
        }
        connection.rollback();
        retries++;
      }
    }
  }

  private void newOrder() throws SQLException {
    int warehouse = anyWarehouse();
    int district = anyDistrict();
    int lines = 5 + random.nextInt(11);
    boolean rollback = random.nextInt(100) == 0;
    query(
        "SELECT c_discount, c_last, c_credit, w_tax FROM customer, warehouse"
            + " WHERE w_id = ? AND c_w_id = w_id AND c_d_id = ? AND c_id = ?",
        warehouse,
        district,
        anyCustomer());
    long order =
        number(
            "SELECT d_next_o_id, d_tax FROM district WHERE d_id = ? AND d_w_id = ? FOR UPDATE",
            district,
            warehouse);
    update(
        "UPDATE district SET d_next_o_id = ? + 1 WHERE d_id = ? AND d_w_id = ?",
        order,
        district,
        warehouse);
    update(
        "INSERT INTO orders (o_id, o_d_id, o_w_id, o_c_id, o_entry_d, o_ol_cnt, o_all_local)"
            + " VALUES (?, ?, ?, ?, NOW(), ?, 1)",
        order,
        district,
        warehouse,
        anyCustomer(),
        lines);
    update(
        "INSERT INTO new_orders (no_o_id, no_d_id, no_w_id) VALUES (?, ?, ?)",
        order,
        district,
        warehouse);
    for (int line = 1; line <= lines; line++) {
      int item = rollback && line == lines ? TpccSchema.ITEMS + 1 : anyItem();
      List<Object> row = query("SELECT i_price, i_name, i_data FROM item WHERE i_id = ?", item);
      if (row.isEmpty()) {
        connection.rollback();
        return;
      }
      int quantity = 1 + random.nextInt(10);
      orderLine(order, warehouse, district, line, item, quantity, (BigDecimal) row.getFirst());
    }
    connection.commit();
    newOrders++;
  }

  private void orderLine(
      long order, int warehouse, int district, int line, int item, int quantity, BigDecimal price)
      throws SQLException {
    long stock =
        number(
            "SELECT s_quantity, s_data, s_dist_01 FROM stock"
                + " WHERE s_i_id = ? AND s_w_id = ? FOR UPDATE",
            item,
            warehouse);
    long left = stock > quantity ? stock - quantity : stock - quantity + 91;
    update(
        "UPDATE stock SET s_quantity = ?, s_ytd = s_ytd + ?, s_order_cnt = s_order_cnt + 1"
            + " WHERE s_i_id = ? AND s_w_id = ?",
        left,
        quantity,
        item,
        warehouse);
    update(
        "INSERT INTO order_line (ol_o_id, ol_d_id, ol_w_id, ol_number, ol_i_id, ol_supply_w_id,"
            + " ol_quantity, ol_amount, ol_dist_info) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'dist')",
        order,
        district,
        warehouse,
        line,
        item,
        warehouse,
        quantity,
        price.multiply(BigDecimal.valueOf(quantity)));
  }

  private void payment() throws SQLException {
    int warehouse = anyWarehouse();
    int district = anyDistrict();
    BigDecimal amount = BigDecimal.valueOf(100 + random.nextInt(499_900), 2);
    update("UPDATE warehouse SET w_ytd = w_ytd + ? WHERE w_id = ?", amount, warehouse);
    query("SELECT w_street_1, w_city, w_name FROM warehouse WHERE w_id = ?", warehouse);
    update(
        "UPDATE district SET d_ytd = d_ytd + ? WHERE d_w_id = ? AND d_id = ?",
        amount,
        warehouse,
        district);
    long customer = customerByNameOrId(warehouse, district);
    update(
        "UPDATE customer SET c_balance = c_balance - ?, c_ytd_payment = c_ytd_payment + ?,"
            + " c_payment_cnt = c_payment_cnt + 1,"
            + " c_data = IF(c_credit = 'BC', LEFT(CONCAT(?, ' ', c_data), 500), c_data)"
            + " WHERE c_w_id = ? AND c_d_id = ? AND c_id = ?",
        amount,
        amount,
        customer + "-" + amount,
        warehouse,
        district,
        customer);
    update(
        "INSERT INTO history VALUES (?, ?, ?, ?, ?, NOW(), ?, 'payment')",
        customer,
        district,
        warehouse,
        district,
        warehouse,
        amount);
    connection.commit();
  }

  private long customerByNameOrId(int warehouse, int district) throws SQLException {
    if (random.nextInt(100) >= 60) {
      return anyCustomer();
    }
    String last = TpccSchema.lastName(random.nextInt(10));
    long count =
        number(
            "SELECT COUNT(c_id) FROM customer WHERE c_w_id = ? AND c_d_id = ? AND c_last = ?",
            warehouse,
            district,
            last);
    return number(
        "SELECT c_id FROM customer WHERE c_w_id = ? AND c_d_id = ? AND c_last = ?"
            + " ORDER BY c_first LIMIT 1 OFFSET ?",
        warehouse,
        district,
        last,
        (count - 1) / 2);
  }

  private void orderStatus() throws SQLException {
    int warehouse = anyWarehouse();
    int district = anyDistrict();
    long customer = customerByNameOrId(warehouse, district);
    List<Object> order =
        query(
            "SELECT o_id, o_carrier_id, o_entry_d FROM orders"
                + " WHERE o_w_id = ? AND o_d_id = ? AND o_c_id = ? ORDER BY o_id DESC LIMIT 1",
            warehouse,
            district,
            customer);
    if (!order.isEmpty()) {
      query(
          "SELECT ol_i_id, ol_supply_w_id, ol_quantity, ol_amount, ol_delivery_d FROM order_line"
              + " WHERE ol_w_id = ? AND ol_d_id = ? AND ol_o_id = ?",
          warehouse,
          district,
          order.getFirst());
    }
    connection.commit();
  }

  private void delivery() throws SQLException {
    int warehouse = anyWarehouse();
    for (int district = 1; district <= TpccSchema.DISTRICTS; district++) {
      List<Object> oldest =
          query(
              "SELECT no_o_id FROM new_orders WHERE no_w_id = ? AND no_d_id = ?"
                  + " ORDER BY no_o_id LIMIT 1 FOR UPDATE",
              warehouse,
              district);
      if (oldest.isEmpty()) {
        continue;
      }
      Object order = oldest.getFirst();
      update(
          "DELETE FROM new_orders WHERE no_o_id = ? AND no_d_id = ? AND no_w_id = ?",
          order,
          district,
          warehouse);
      // A locking read: the order may be newer than the snapshot that the first district's read
      // took.
      long customer =
          number(
              "SELECT o_c_id FROM orders WHERE o_id = ? AND o_d_id = ? AND o_w_id = ? FOR UPDATE",
              order,
              district,
              warehouse);
      update(
          "UPDATE orders SET o_carrier_id = ? WHERE o_id = ? AND o_d_id = ? AND o_w_id = ?",
          1 + random.nextInt(10),
          order,
          district,
          warehouse);
      update(
          "UPDATE order_line SET ol_delivery_d = NOW()"
              + " WHERE ol_o_id = ? AND ol_d_id = ? AND ol_w_id = ?",
          order,
          district,
          warehouse);
      update(
          "UPDATE customer SET c_balance = c_balance + (SELECT SUM(ol_amount) FROM order_line"
              + " WHERE ol_o_id = ? AND ol_d_id = ? AND ol_w_id = ?),"
              + " c_delivery_cnt = c_delivery_cnt + 1"
              + " WHERE c_id = ? AND c_d_id = ? AND c_w_id = ?",
          order,
          district,
          warehouse,
          customer,
          district,
          warehouse);
    }
    connection.commit();
  }

  private void stockLevel() throws SQLException {
    int warehouse = anyWarehouse();
    int district = anyDistrict();
    long next =
        number(
            "SELECT d_next_o_id FROM district WHERE d_id = ? AND d_w_id = ?", district, warehouse);
    query(
        "SELECT COUNT(DISTINCT s_i_id) FROM order_line, stock WHERE ol_w_id = ? AND ol_d_id = ?"
            + " AND ol_o_id < ? AND ol_o_id >= ? AND s_w_id = ? AND s_i_id = ol_i_id"
            + " AND s_quantity < ?",
        warehouse,
        district,
        next,
        next - 20,
        warehouse,
        10 + random.nextInt(11));
    connection.commit();
  }

  private int anyWarehouse() {
    return 1 + random.nextInt(TpccSchema.WAREHOUSES);
  }

  private int anyDistrict() {
    return 1 + random.nextInt(TpccSchema.DISTRICTS);
  }

  private int anyCustomer() {
    return 1 + random.nextInt(TpccSchema.CUSTOMERS);
  }

  private int anyItem() {
    return 1 + random.nextInt(TpccSchema.ITEMS);
  }

  private long number(String sql, Object... parameters) throws SQLException {
    return ((Number) query(sql, parameters).getFirst()).longValue();
  }

  /// Values of the first row; empty if there is none. Reads all rows.
  private List<Object> query(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      try (ResultSet rows = statement.executeQuery()) {
        List<Object> first = new ArrayList<>();
        boolean any = false;
        while (rows.next()) {
          for (int column = 1; !any && column <= rows.getMetaData().getColumnCount(); column++) {
            first.add(rows.getObject(column));
          }
          any = true;
        }
        return first;
      }
    }
  }

  private void update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      statement.executeUpdate();
    }
  }
}
