package io.tidemark.mysql;

import static io.tidemark.mysql.FakeResult.column;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.session.SqlServer.ConnectionAttributes;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A session of [FakeSqlServer].
final class FakeSession implements SqlSession {
  private static final Pattern VARIABLE =
      Pattern.compile(
          "@@(?:session\\.|global\\.)?(\\w+)(?:\\s+AS\\s+(\\w+))?", Pattern.CASE_INSENSITIVE);
  private static final SqlType TEXT = SqlType.varchar(100, Collations.UTF8MB4_0900_AI_CI);

  final FakeSqlServer server;
  final Account account;
  final ConnectionAttributes attributes;
  final CountDownLatch interrupted = new CountDownLatch(1);
  final List<List<Value>> executed = new ArrayList<>();
  private final List<StateChange> changes = new ArrayList<>();
  private boolean multiStatements;
  volatile Runnable kill = () -> {};
  volatile boolean closed;
  int resets;

  FakeSession(FakeSqlServer server, Account account, ConnectionAttributes attributes) {
    this.server = server;
    this.account = account;
    this.attributes = attributes;
    this.multiStatements = attributes.multiStatements();
  }

  @Override
  public long connectionId() {
    return attributes.connectionId();
  }

  @Override
  public void query(byte[] sql, ResultSink sink) {
    String text = new String(sql, StandardCharsets.UTF_8);
    String[] parts = multiStatements ? text.split(";") : new String[] {text};
    for (int i = 0; i < parts.length; i++) {
      if (!run(parts[i].strip()).send(sink, statusFlags(), i < parts.length - 1)) {
        return;
      }
    }
  }

  private FakeResult run(String text) {
    Function<FakeSession, FakeResult> known = server.statements.get(text);
    if (known != null) {
      return known.apply(this);
    }
    String plain = text.replaceAll("/\\*.*?\\*/", "").strip().replaceAll("\\s+", " ");
    String upper = plain.toUpperCase(Locale.ROOT);
    if (upper.startsWith("SET ")) {
      changes.add(new StateChange.SystemVariable("autocommit", "ON"));
      return FakeResult.done();
    }
    if (upper.startsWith("USE ")) {
      String name = plain.substring(4).replace("`", "");
      changes.add(new StateChange.Schema(name));
      return FakeResult.done();
    }
    if (upper.startsWith("KILL ")) {
      long id = Long.parseLong(upper.substring(upper.lastIndexOf(' ') + 1));
      server.sessions.stream().filter(s -> s.connectionId() == id).forEach(s -> s.kill.run());
      return FakeResult.done();
    }
    if (upper.equals("SELECT USER()") || upper.equals("SELECT CURRENT_USER()")) {
      return FakeResult.single("user()", TEXT, account.user() + "@" + attributes.clientHost());
    }
    if (upper.equals("SELECT 1")) {
      return FakeResult.single("1", SqlType.INT, 1L);
    }
    if (upper.startsWith("SELECT @@")) {
      return variables(plain);
    }
    return new FakeResult.Failed(MySqlError.PARSE_ERROR, "unknown to the fake: " + plain);
  }

  private FakeResult variables(String text) {
    List<ResultColumn> columns = new ArrayList<>();
    List<Object> row = new ArrayList<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      String value = server.variables.get(name);
      if (value == null) {
        return new FakeResult.Failed(MySqlError.PARSE_ERROR, "unknown variable " + name);
      }
      columns.add(column(matcher.group(2) == null ? "@@" + name : matcher.group(2), TEXT));
      row.add(value);
    }
    return new FakeResult.Rows(columns, List.of(row));
  }

  @Override
  public PreparedStatement prepare(byte[] sql) {
    String text = new String(sql, StandardCharsets.UTF_8);
    if (text.startsWith("BROKEN")) {
      throw new Rejected(MySqlError.PARSE_ERROR, "You have an error", text, 1);
    }
    return new Prepared(text);
  }

  @Override
  public void useDatabase(String name, ResultSink sink) {
    if (name.equals("missing")) {
      sink.error(MySqlError.BAD_DB, MySqlError.BAD_DB.format(name));
      return;
    }
    changes.add(new StateChange.Schema(name));
    FakeResult.done().send(sink, statusFlags(), false);
  }

  @Override
  public void reset() {
    resets++;
  }

  @Override
  public void allowMultiStatements(boolean allowed) {
    multiStatements = allowed;
  }

  @Override
  public String statistics() {
    return "Uptime: 1  Threads: 1";
  }

  @Override
  public long maxAllowedPacket() {
    return server.maxAllowedPacket;
  }

  @Override
  public int idleTimeoutSeconds() {
    return server.idleTimeoutSeconds;
  }

  @Override
  public int statusFlags() {
    return 2;
  }

  @Override
  public Charset clientCharset() {
    return Charset.UTF8MB4;
  }

  @Override
  public Optional<Collation> resultCollation() {
    return Optional.of(Collations.UTF8MB4_0900_AI_CI);
  }

  @Override
  public List<StateChange> takeStateChanges() {
    List<StateChange> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  @Override
  public void interrupt() {
    interrupted.countDown();
  }

  @Override
  public void onKill(Runnable closeConnection) {
    kill = closeConnection;
  }

  @Override
  public void close() {
    closed = true;
    server.sessions.remove(this);
  }

  /// `SELECT ECHO ?, ?` answers its parameters; other texts answer what the server says of them.
  private final class Prepared implements PreparedStatement {
    private final String text;
    private final int parameters;

    Prepared(String text) {
      this.text = text;
      this.parameters = (int) text.chars().filter(c -> c == '?').count();
    }

    @Override
    public int parameterCount() {
      return parameters;
    }

    @Override
    public List<ResultColumn> columns() {
      return !text.startsWith("SELECT ECHO") && run(text) instanceof FakeResult.Rows rows
          ? rows.columns()
          : List.of();
    }

    @Override
    public int warningCount() {
      return 0;
    }

    private FakeResult result(List<Parameter> bound) {
      List<Value> values = bound.stream().map(Parameter::value).toList();
      executed.add(values);
      if (!text.startsWith("SELECT ECHO")) {
        return run(text);
      }
      List<ResultColumn> columns = new ArrayList<>();
      List<Object> row = new ArrayList<>();
      for (Value value : values) {
        columns.add(column("c" + columns.size(), TEXT));
        row.add(
            value.isNull()
                ? FakeResult.NULL
                : value.getClass().getSimpleName() + ":" + value.asString());
      }
      return new FakeResult.Rows(columns, List.of(row));
    }

    @Override
    public void execute(List<Parameter> bound, ResultSink sink) {
      result(bound).send(sink, statusFlags(), false);
    }

    @Override
    public Optional<RowCursor> openCursor(List<Parameter> bound, ResultSink sink) {
      if (result(bound) instanceof FakeResult.Rows rows) {
        sink.startRows(rows.columns());
        return Optional.of(new Cursor(rows));
      }
      result(bound).send(sink, statusFlags(), false);
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  /// Rows one batch after another.
  private static final class Cursor implements RowCursor {
    private final FakeResult.Rows rows;
    private int next;

    Cursor(FakeResult.Rows rows) {
      this.rows = rows;
    }

    @Override
    public boolean fetch(int count, ResultSink sink) {
      for (int i = 0; i < count && next < rows.rows().size(); i++) {
        FakeResult.sendRow(rows.rows().get(next++), sink, rows.columns());
      }
      return next < rows.rows().size();
    }

    @Override
    public void close() {
      next = rows.rows().size();
    }
  }
}
