package io.tidemark.tests.tpcc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/// The nine tables of TPC-C (clause 1.3) and a small initial population (clause 4.3), scaled by
/// constants so that it loads in a second.
final class TpccSchema {
  static final int WAREHOUSES = 2;
  static final int DISTRICTS = 4;
  static final int CUSTOMERS = 30;
  static final int ITEMS = 200;

  private static final String[] TABLES = {
    "CREATE TABLE warehouse (w_id SMALLINT NOT NULL, w_name VARCHAR(10), w_street_1 VARCHAR(20),"
        + " w_street_2 VARCHAR(20), w_city VARCHAR(20), w_state CHAR(2), w_zip CHAR(9),"
        + " w_tax DECIMAL(4,4), w_ytd DECIMAL(12,2), PRIMARY KEY (w_id)) ENGINE=InnoDB",
    "CREATE TABLE district (d_id TINYINT NOT NULL, d_w_id SMALLINT NOT NULL, d_name VARCHAR(10),"
        + " d_street_1 VARCHAR(20), d_street_2 VARCHAR(20), d_city VARCHAR(20), d_state CHAR(2),"
        + " d_zip CHAR(9), d_tax DECIMAL(4,4), d_ytd DECIMAL(12,2), d_next_o_id INT,"
        + " PRIMARY KEY (d_w_id, d_id)) ENGINE=InnoDB",
    "CREATE TABLE customer (c_id INT NOT NULL, c_d_id TINYINT NOT NULL, c_w_id SMALLINT NOT NULL,"
        + " c_first VARCHAR(16), c_middle CHAR(2), c_last VARCHAR(16), c_street_1 VARCHAR(20),"
        + " c_street_2 VARCHAR(20), c_city VARCHAR(20), c_state CHAR(2), c_zip CHAR(9),"
        + " c_phone CHAR(16), c_since DATETIME, c_credit CHAR(2), c_credit_lim BIGINT,"
        + " c_discount DECIMAL(4,4), c_balance DECIMAL(12,2), c_ytd_payment DECIMAL(12,2),"
        + " c_payment_cnt SMALLINT, c_delivery_cnt SMALLINT, c_data TEXT,"
        + " PRIMARY KEY (c_w_id, c_d_id, c_id),"
        + " KEY idx_customer (c_w_id, c_d_id, c_last, c_first)) ENGINE=InnoDB",
    "CREATE TABLE history (h_c_id INT, h_c_d_id TINYINT, h_c_w_id SMALLINT, h_d_id TINYINT,"
        + " h_w_id SMALLINT, h_date DATETIME, h_amount DECIMAL(6,2), h_data VARCHAR(24))"
        + " ENGINE=InnoDB",
    "CREATE TABLE new_orders (no_o_id INT NOT NULL, no_d_id TINYINT NOT NULL,"
        + " no_w_id SMALLINT NOT NULL, PRIMARY KEY (no_w_id, no_d_id, no_o_id)) ENGINE=InnoDB",
    "CREATE TABLE orders (o_id INT NOT NULL, o_d_id TINYINT NOT NULL, o_w_id SMALLINT NOT NULL,"
        + " o_c_id INT, o_entry_d DATETIME, o_carrier_id TINYINT, o_ol_cnt TINYINT,"
        + " o_all_local TINYINT, PRIMARY KEY (o_w_id, o_d_id, o_id)) ENGINE=InnoDB",
    "CREATE TABLE order_line (ol_o_id INT NOT NULL, ol_d_id TINYINT NOT NULL,"
        + " ol_w_id SMALLINT NOT NULL, ol_number TINYINT NOT NULL, ol_i_id INT,"
        + " ol_supply_w_id SMALLINT, ol_delivery_d DATETIME, ol_quantity TINYINT,"
        + " ol_amount DECIMAL(6,2), ol_dist_info CHAR(24),"
        + " PRIMARY KEY (ol_w_id, ol_d_id, ol_o_id, ol_number)) ENGINE=InnoDB",
    "CREATE TABLE item (i_id INT NOT NULL, i_im_id INT, i_name VARCHAR(24),"
        + " i_price DECIMAL(5,2), i_data VARCHAR(50), PRIMARY KEY (i_id)) ENGINE=InnoDB",
    "CREATE TABLE stock (s_i_id INT NOT NULL, s_w_id SMALLINT NOT NULL, s_quantity SMALLINT,"
        + " s_dist_01 CHAR(24), s_ytd DECIMAL(8,0), s_order_cnt SMALLINT, s_remote_cnt SMALLINT,"
        + " s_data VARCHAR(50), PRIMARY KEY (s_w_id, s_i_id)) ENGINE=InnoDB",
    "CREATE INDEX idx_orders ON orders (o_w_id, o_d_id, o_c_id, o_id)"
  };

  private TpccSchema() {}

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.execute(table);
      }
    }
  }

  static void populate(Connection connection, Random random) throws SQLException {
    connection.setAutoCommit(false);
    loadItems(connection, random);
    for (int warehouse = 1; warehouse <= WAREHOUSES; warehouse++) {
      loadWarehouse(connection, warehouse, random);
      for (int district = 1; district <= DISTRICTS; district++) {
        loadDistrict(connection, warehouse, district, random);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void loadItems(Connection connection, Random random) throws SQLException {
    try (PreparedStatement item =
        connection.prepareStatement("INSERT INTO item VALUES (?, ?, ?, ?, ?)")) {
      for (int id = 1; id <= ITEMS; id++) {
        bind(item, id, 1 + random.nextInt(10_000), "item " + id, price(random), "original");
        item.addBatch();
      }
      item.executeBatch();
    }
  }

  private static void loadWarehouse(Connection connection, int warehouse, Random random)
      throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO warehouse VALUES (?, 'name', 's1', 's2', 'city', 'ST', '123411111',"
                    + " 0.1000, ?)");
        PreparedStatement stock =
            connection.prepareStatement(
                "INSERT INTO stock VALUES (?, ?, ?, 'dist', 0, 0, 0, 'data')")) {
      bind(insert, warehouse, new java.math.BigDecimal("30000.00"));
      insert.executeUpdate();
      for (int item = 1; item <= ITEMS; item++) {
        bind(stock, item, warehouse, 10 + random.nextInt(91));
        stock.addBatch();
      }
      stock.executeBatch();
    }
  }

  private static void loadDistrict(
      Connection connection, int warehouse, int district, Random random) throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO district VALUES (?, ?, 'name', 's1', 's2', 'city', 'ST', '123411111',"
                    + " 0.0500, ?, 1)");
        PreparedStatement customer =
            connection.prepareStatement(
                "INSERT INTO customer VALUES (?, ?, ?, ?, 'OE', ?, 's1', 's2', 'city', 'ST',"
                    + " '123411111', '0123456789012345', NOW(), ?, 50000, 0.1000, -10.00, 10.00,"
                    + " 1, 0, ?)")) {
      bind(
          insert,
          district,
          warehouse,
          new java.math.BigDecimal("30000.00").divide(java.math.BigDecimal.valueOf(DISTRICTS)));
      insert.executeUpdate();
      for (int id = 1; id <= CUSTOMERS; id++) {
        bind(
            customer,
            id,
            district,
            warehouse,
            "first " + random.nextInt(1_000),
            lastName(id % 10),
            random.nextInt(10) == 0 ? "BC" : "GC",
            "x".repeat(300 + random.nextInt(200)));
        customer.addBatch();
      }
      customer.executeBatch();
    }
  }

  static String lastName(int number) {
    return "BAROUGHT" + number;
  }

  private static java.math.BigDecimal price(Random random) {
    return java.math.BigDecimal.valueOf(100 + random.nextInt(9_900), 2);
  }

  static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
