package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The two drivers that Java programs use, against a fake SQL layer.
class JdbcTest {
  private static final String MYSQL = "jdbc:mysql";
  private static final String MARIADB = "jdbc:mariadb";

  @TempDir private Path directory;
  private final FakeSqlServer sql = new FakeSqlServer();
  private MySqlServer server;

  @BeforeEach
  void open() throws Exception {
    server =
        MySqlServer.open(
            MySqlServerConfig.of(
                InetAddress.getLoopbackAddress(),
                0,
                new MySqlServerConfig.Tls.Directory(directory)),
            sql);
  }

  @AfterEach
  void close() {
    server.close();
    assertThat(server.connectionCount()).isZero();
    assertThat(server.preparedStatementCount()).isZero();
    assertThat(sql.sessions).isEmpty();
  }

  private Connection connect(String driver, String user, String password, String options)
      throws SQLException {
    String tls =
        options.contains("sslMode")
            ? ""
            : driver.equals(MYSQL) ? "&sslMode=DISABLED" : "&sslMode=disable";
    return DriverManager.getConnection(
        driver
            + "://127.0.0.1:"
            + server.port()
            + "/test?allowPublicKeyRetrieval=true"
            + tls
            + options,
        user,
        password);
  }

  private Connection connect(String driver) throws SQLException {
    return connect(driver, "root", "", "");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql,root,''", "jdbc:mysql,old,secret1", "jdbc:mysql,new,secret2",
    "jdbc:mariadb,root,''", "jdbc:mariadb,old,secret1", "jdbc:mariadb,new,secret2"
  })
  void letsUsersInWithAndWithoutTls(String driver, String user, String password)
      throws SQLException {
    for (String tls :
        driver.equals(MYSQL)
            ? List.of("DISABLED", "REQUIRED", "REQUIRED")
            : List.of("disable", "trust", "trust")) {
      try (Connection connection = connect(driver, user, password, "&sslMode=" + tls);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT USER()")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo(user + "@localhost");
        assertThat(sql.sessions.getLast().attributes.tls().isPresent())
            .isEqualTo(!tls.toLowerCase().startsWith("disable"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "old,wrong,YES",
    "new,wrong,YES",
    "nobody,wrong,YES",
    "old,'',NO",
    "new,'',NO",
    "nobody,'',NO",
    "root,wrong,YES"
  })
  void refusesWrongPasswords(String user, String password, String used) {
    for (String driver : List.of(MYSQL, MARIADB)) {
      assertThatThrownBy(() -> connect(driver, user, password, "").close())
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getErrorCode()).isEqualTo(1045);
                assertThat(e.getSQLState()).isEqualTo("28000");
                assertThat(e.getMessage())
                    .contains(
                        "Access denied for user '"
                            + user
                            + "'@'localhost' (using password: "
                            + used
                            + ")");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void reportsErrorsOfStatements(String driver) throws SQLException {
    sql.answer("bad", new FakeResult.Failed(MySqlError.NO_SUCH_TABLE, "Table 'a.b' doesn't exist"));
    try (Connection connection = connect(driver);
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("bad"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getErrorCode()).isEqualTo(1146);
                assertThat(e.getSQLState()).isEqualTo("42S02");
              });
      assertThat(statement.execute("SELECT 1")).isTrue();
    }
    assertThatThrownBy(() ->
            DriverManager.getConnection(
                driver + "://127.0.0.1:" + server.port() + "/missing", "root", ""))
        .hasMessageContaining("Unknown database 'missing'");
  }

  private static FakeResult.Rows allTypes() {
    List<FakeResultCase> cases = FakeResultCase.all();
    List<Object> values = new ArrayList<>();
    List<Object> nulls = new ArrayList<>();
    var columns = new ArrayList<io.tidemark.sql.session.ResultColumn>();
    for (FakeResultCase each : cases) {
      columns.add(FakeResult.column(each.name(), each.type()));
      values.add(each.value());
      nulls.add(FakeResult.NULL);
    }
    return new FakeResult.Rows(columns, List.of(values, nulls));
  }

  @ParameterizedTest
  @CsvSource({"jdbc:mysql,false", "jdbc:mysql,true", "jdbc:mariadb,false", "jdbc:mariadb,true"})
  void sendsEveryTypeInBothProtocols(String driver, boolean prepared) throws SQLException {
    sql.answer("SELECT * FROM t", allTypes());
    try (Connection connection = connect(driver, "root", "", "&useServerPrepStmts=" + prepared);
        PreparedStatement statement = connection.prepareStatement("SELECT * FROM t");
        ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).isTrue();
      int number = 0;
      for (FakeResultCase each : FakeResultCase.all()) {
        number++;
        Object found =
            each.bytes()
                ? new String(rows.getBytes(number), java.nio.charset.StandardCharsets.UTF_8)
                : rows.getString(number);
        assertThat(found).as(each.name()).isIn(each.texts());
      }
      assertThat(rows.next()).isTrue();
      for (int i = 1; i <= number; i++) {
        assertThat(rows.getObject(i)).isNull();
        assertThat(rows.wasNull()).isTrue();
      }
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void describesColumns() throws SQLException {
    sql.answer("SELECT * FROM t", allTypes());
    try (Connection connection = connect(MYSQL);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM t")) {
      ResultSetMetaData metadata = rows.getMetaData();
      int number = 0;
      for (FakeResultCase each : FakeResultCase.all()) {
        number++;
        assertThat(metadata.getColumnName(number)).isEqualTo(each.name());
        assertThat(metadata.getColumnType(number)).as(each.name()).isEqualTo(each.jdbcType());
        assertThat(metadata.getCatalogName(number)).isEqualTo("test");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void bindsParametersOfEveryType(String driver) throws SQLException {
    try (Connection connection =
            connect(driver, "root", "", "&useServerPrepStmts=true&connectionTimeZone=UTC");
        PreparedStatement statement =
            connection.prepareStatement("SELECT ECHO ?, ?, ?, ?, ?, ?, ?, ?, ?, ?")) {
      for (int round = 0; round < 3; round++) {
        statement.setInt(1, -7 - round);
        statement.setLong(2, 1L << 40);
        statement.setString(3, "häß😀");
        statement.setNull(4, Types.VARCHAR);
        statement.setDouble(5, 0.1);
        statement.setBytes(6, new byte[] {1, 2});
        statement.setBigDecimal(7, new java.math.BigDecimal("12.340"));
        statement.setObject(8, java.time.LocalDate.of(2024, 2, 29));
        statement.setObject(9, java.time.LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_000_000));
        statement.setBoolean(10, true);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).isEqualTo("IntValue:" + (-7 - round));
          assertThat(rows.getString(2)).isEqualTo("IntValue:" + (1L << 40));
          assertThat(rows.getString(3)).isEqualTo("StringValue:häß😀");
          assertThat(rows.getString(4)).isNull();
          assertThat(rows.getString(5)).isEqualTo("DoubleValue:0.1");
          assertThat(rows.getString(6)).isEqualTo("StringValue:\u0001\u0002");
          assertThat(rows.getString(7)).isIn("DecimalValue:12.340", "StringValue:12.340");
          assertThat(rows.getString(8)).isEqualTo("DateValue:2024-02-29");
          assertThat(rows.getString(9)).startsWith("DateTimeValue:2024-02-29 12:34:56.789");
          assertThat(rows.getString(10)).isEqualTo("IntValue:1");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void sendsLongParametersInPieces(String driver) throws SQLException {
    byte[] large = new byte[3 << 20];
    java.util.Arrays.fill(large, (byte) 'x');
    try (Connection connection = connect(driver, "root", "", "&useServerPrepStmts=true");
        PreparedStatement statement = connection.prepareStatement("SELECT ECHO ?, ?")) {
      for (int round = 0; round < 2; round++) {
        statement.setBinaryStream(1, new java.io.ByteArrayInputStream(large));
        statement.setInt(2, 5);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).hasSize("StringValue:".length() + large.length);
          assertThat(rows.getString(2)).isEqualTo("IntValue:5");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void fetchesThroughCursors(String driver) throws SQLException {
    Object[] values = new Object[1000];
    java.util.Arrays.setAll(values, i -> (long) i);
    sql.answer("SELECT n", FakeResult.single("n", SqlType.BIGINT, values));
    try (Connection connection =
            connect(driver, "root", "", "&useServerPrepStmts=true&useCursorFetch=true");
        PreparedStatement statement = connection.prepareStatement("SELECT n")) {
      statement.setFetchSize(7);
      for (int round = 0; round < 2; round++) {
        try (ResultSet rows = statement.executeQuery()) {
          for (int i = 0; i < 1000; i++) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(i);
          }
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void sendsResultsOfSeveralStatements(String driver) throws SQLException {
    sql.answer("update", new FakeResult.Done(3, 42, 1, "Rows matched: 3  Changed: 3  Warnings: 1"));
    try (Connection connection = connect(driver, "root", "", "&allowMultiQueries=true");
        Statement statement = connection.createStatement()) {
      assertThat(statement.execute("SELECT 1; update; SELECT 1", Statement.RETURN_GENERATED_KEYS))
          .isTrue();
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(3);
      assertThat(statement.getMoreResults()).isTrue();
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      statement.executeUpdate("update", Statement.RETURN_GENERATED_KEYS);
      try (ResultSet keys = statement.getGeneratedKeys()) {
        assertThat(keys.next()).isTrue();
        assertThat(keys.getLong(1)).isEqualTo(42);
      }
    }
  }

  @Test
  void changesTheUser() throws SQLException {
    try (Connection connection = connect(MYSQL)) {
      var jdbc = connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class);
      jdbc.changeUser("new", "secret2");
      jdbc.changeUser("old", "secret1");
      jdbc.changeUser("root", "");
      jdbc.changeUser("new", "secret2");
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT USER()")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("new@localhost");
      }
      assertThat(sql.sessions).hasSize(1);
      assertThat(jdbc.isValid(5)).isTrue();
      jdbc.resetServerState();
      assertThatThrownBy(() -> jdbc.changeUser("new", "wrong")).isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"jdbc:mysql,DISABLED", "jdbc:mysql,REQUIRED", "jdbc:mariadb,disable"})
  void carriesPacketsOfMoreThanSixteenMebibytes(String driver, String tls) throws SQLException {
    byte[] large = new byte[(16 << 20) + 100];
    java.util.Arrays.fill(large, (byte) 'y');
    sql.answer("SELECT big", FakeResult.single("b", SqlType.blob(TypeKind.LONGBLOB), large, "end"));
    byte[] exact = new byte[0xFFFFFF - 4];
    sql.answer("SELECT exact", FakeResult.single("b", SqlType.blob(TypeKind.LONGBLOB), exact));
    try (Connection connection =
            connect(
                driver,
                "root",
                "",
                "&useServerPrepStmts=true&maxAllowedPacket=40000000&sslMode=" + tls);
        Statement statement = connection.createStatement();
        PreparedStatement echo = connection.prepareStatement("SELECT ECHO ?")) {
      try (ResultSet rows = statement.executeQuery("SELECT big")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBytes(1)).isEqualTo(large);
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("end");
      }
      try (ResultSet rows = statement.executeQuery("SELECT exact")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBytes(1)).hasSize(exact.length);
      }
      echo.setString(1, new String(large, java.nio.charset.StandardCharsets.US_ASCII));
      try (ResultSet rows = echo.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBytes(1)).hasSize("StringValue:".length() + large.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MYSQL, MARIADB})
  void followsTheCurrentDatabase(String driver) throws SQLException {
    try (Connection connection = connect(driver)) {
      connection.setCatalog("other");
      assertThat(connection.getCatalog()).isEqualTo("other");
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void acceptsQueryAttributes() throws SQLException {
    try (Connection connection = connect(MYSQL, "root", "", "&useServerPrepStmts=true");
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("SELECT ECHO ?");
        PreparedStatement without = connection.prepareStatement("SELECT 1")) {
      for (Statement each : List.of(statement, prepared, without)) {
        var attributed = each.unwrap(com.mysql.cj.jdbc.JdbcStatement.class);
        attributed.setAttribute("n", 12L);
        attributed.setAttribute("s", "text");
      }
      try (ResultSet rows = statement.executeQuery("SELECT 1")) {
        assertThat(rows.next()).isTrue();
      }
      prepared.setInt(1, 7);
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("IntValue:7");
      }
      try (ResultSet rows = without.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void tellsEncryptedIdleClientsThatTheyAreDisconnected() throws Exception {
    sql.idleTimeoutSeconds = 1;
    try (Connection connection = connect(MYSQL, "root", "", "&sslMode=REQUIRED")) {
      assertThat(ServerFixture.await(sql.sessions::isEmpty)).isTrue();
      assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
      assertThat(connection.isValid(1)).isFalse();
    }
  }

  @Test
  void printsTextInTheCollationOfTheResult() throws SQLException {
    sql.answer(
        "SELECT s", FakeResult.single("s", SqlType.varchar(10, Collations.LATIN1_SWEDISH_CI), "ä"));
    try (Connection connection = connect(MYSQL);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT s")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("ä");
      assertThat(rows.getMetaData().getColumnDisplaySize(1)).isEqualTo(10);
    }
  }
}
