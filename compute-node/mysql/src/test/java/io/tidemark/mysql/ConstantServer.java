package io.tidemark.mysql;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.ResultSink.Completion;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.type.SqlType;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A server whose statements all answer the same rows: what remains is the cost of the MySQL port
/// (tests/bench/mysql-port.sh).
final class ConstantServer implements SqlServer {
  private static final int AUTOCOMMIT = 2;
  private static final Optional<Collation> RESULT = Optional.of(Collations.UTF8MB4_0900_AI_CI);
  private static final byte[] VALUE = new byte[119];

  private final List<ResultColumn> columns;
  private final int rows;

  private ConstantServer(int columnCount, int rows) {
    this.columns =
        Collections.nCopies(
            columnCount,
            FakeResult.column("c", SqlType.character(120, Collations.UTF8MB4_0900_AI_CI)));
    this.rows = rows;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    java.util.Arrays.fill(VALUE, (byte) 'x');
    int port = Integer.parseInt(arguments[0]);
    SqlServer sql =
        new ConstantServer(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    try (MySqlServer server =
        MySqlServer.open(
            MySqlServerConfig.of(
                InetAddress.getLoopbackAddress(), port, new MySqlServerConfig.Tls.Off()),
            sql)) {
      System.out.println("ready on port " + server.port());
      new CountDownLatch(1).await();
    }
  }

  @Override
  public Optional<Account> findAccount(String user, String clientHost) {
    return Optional.of(new Account(user, "%", "mysql_native_password", "", false));
  }

  @Override
  public SqlSession openSession(Account account, ConnectionAttributes attributes) {
    return new ConstantSession(attributes.connectionId());
  }

  @Override
  public List<SqlSession> sessions() {
    return List.of();
  }

  @Override
  public String serverVersion() {
    return "8.0.40-Tidemark-bench";
  }

  @Override
  public void close() {}

  private void send(ResultSink sink) {
    sink.startRows(columns);
    for (int row = 0; row < rows; row++) {
      sink.startRow();
      for (int column = 0; column < columns.size(); column++) {
        sink.putBytes(VALUE, 0, VALUE.length);
      }
      sink.endRow();
    }
    sink.endRows(AUTOCOMMIT, 0, false);
  }

  private static void done(ResultSink sink) {
    sink.ok(new Completion(0, 0, AUTOCOMMIT, 0, "", false));
  }

  private final class ConstantSession implements SqlSession {
    private final long id;

    private ConstantSession(long id) {
      this.id = id;
    }

    @Override
    public long connectionId() {
      return id;
    }

    @Override
    public void query(byte[] sql, ResultSink sink) {
      if (sql.length > 1 && (sql[1] | 0x20) == 'e' && (sql[0] | 0x20) == 's' && sql.length > 20) {
        send(sink);
      } else {
        done(sink);
      }
    }

    @Override
    public PreparedStatement prepare(byte[] sql) {
      int parameters = 0;
      for (byte each : sql) {
        parameters += each == '?' ? 1 : 0;
      }
      return new ConstantStatement(parameters);
    }

    @Override
    public void useDatabase(String name, ResultSink sink) {
      done(sink);
    }

    @Override
    public void reset() {}

    @Override
    public void allowMultiStatements(boolean allowed) {}

    @Override
    public String statistics() {
      return "";
    }

    @Override
    public long maxAllowedPacket() {
      return 64 << 20;
    }

    @Override
    public int idleTimeoutSeconds() {
      return 28_800;
    }

    @Override
    public int statusFlags() {
      return AUTOCOMMIT;
    }

    @Override
    public Charset clientCharset() {
      return Charset.UTF8MB4;
    }

    @Override
    public Optional<Collation> resultCollation() {
      return RESULT;
    }

    @Override
    public void interrupt() {}

    @Override
    public void onKill(Runnable closeConnection) {}

    @Override
    public void close() {}
  }

  private final class ConstantStatement implements SqlSession.PreparedStatement {
    private final int parameters;

    private ConstantStatement(int parameters) {
      this.parameters = parameters;
    }

    @Override
    public int parameterCount() {
      return parameters;
    }

    @Override
    public List<ResultColumn> columns() {
      return columns;
    }

    @Override
    public int warningCount() {
      return 0;
    }

    @Override
    public void execute(List<Parameter> bound, ResultSink sink) {
      send(sink);
    }

    @Override
    public Optional<SqlSession.RowCursor> openCursor(List<Parameter> bound, ResultSink sink) {
      send(sink);
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
