package io.tidemark.sql.server;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.parse.SqlParser;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.spill.TemporaryFiles;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexKeyCodec;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.sql.variable.UserVariables;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A SQL server over a writer engine and a redo log in memory, with sessions that know definition
/// and administration statements alone, and literals as expressions.
final class SmallServer implements AutoCloseable {
  final MemoryRedoLog log;
  final StorageEngine engine;
  final TidemarkSqlServer server;
  private long connections;

  private SmallServer(MemoryRedoLog log) {
    this.log = log;
    this.engine =
        WriterEngine.open(
            new EngineConfig(16 << 20, 1 << 20),
            log,
            log.currentEpoch().next(),
            new LogPages(log),
            new SqlRowFormats());
    this.server =
        TidemarkSqlServer.open(
            engine,
            (context, account, attributes, variables, process) ->
                new Session(context, account, attributes, variables, process),
            Map.of("port", "3306"),
            InstantSource.system());
  }

  static SmallServer create() {
    return new SmallServer(MemoryRedoLog.create());
  }

  /// Opens what is in a log, as after a restart.
  static SmallServer open(MemoryRedoLog log) {
    return new SmallServer(log);
  }

  Session connect() {
    return connect("root", "localhost");
  }

  Session connect(String user, String host) {
    SqlServer.Account account = server.findAccount(user, host).orElseThrow();
    return (Session)
        server.openSession(
            account,
            new SqlServer.ConnectionAttributes(
                ++connections, Optional.empty(), 255, host, false, true, false, Optional.empty()));
  }

  @Override
  public void close() {
    engine.close();
  }

  /// A session of few words. Confined to the test's thread.
  static final class Session
      implements SqlSession, SessionServices, SessionContext.TransactionAccess {
    final SessionContext context;
    private final ServerContext server;
    private final ServerDelegate delegate;
    private Optional<Transaction> transaction = Optional.empty();

    Session(
        ServerContext server,
        SqlServer.Account account,
        SqlServer.ConnectionAttributes attributes,
        SessionVariables variables,
        SessionProcess process) {
      this.server = server;
      this.delegate = new ServerDelegate(server, variables, process);
      this.context =
          new SessionContext(
              account,
              attributes,
              new SessionContext.Surroundings(
                  server.engine(),
                  InstantSource.system(),
                  TemporaryFiles.in(Path.of(System.getProperty("java.io.tmpdir")))),
              variables,
              new UserVariables(),
              this);
    }

    /// Executes a statement; rows as texts with `|` between columns, NULL as `NULL`.
    List<String> run(String sql) {
      Statement statement =
          SqlParser.parseOnly(
                  sql.getBytes(StandardCharsets.UTF_8), context.settings().sqlModeBits())
              .statement();
      context.startStatement();
      if (!sql.startsWith("SHOW")) {
        context.warnings().clear(1024);
      }
      StatementOutcome outcome;
      try {
        outcome =
            switch (statement) {
              case DefinitionStatement definition -> {
                commit();
                yield delegate.define(definition, context, this);
              }
              case SessionStatement.Administration administration ->
                  delegate.administer(administration, context, this);
              case SessionStatement.Use use -> {
                delegate.useDatabase(use.database(), context);
                yield StatementOutcome.DONE;
              }
              default -> throw new IllegalArgumentException(sql);
            };
      } catch (Rejected e) {
        transaction.ifPresent(Transaction::rollback);
        transaction = Optional.empty();
        throw e;
      }
      commit();
      return switch (outcome) {
        case StatementOutcome.Done done -> List.of();
        case StatementOutcome.Rows rows -> rows.rows().stream().map(Session::line).toList();
      };
    }

    private static String line(Value[] row) {
      StringJoiner line = new StringJoiner("|");
      for (Value value : row) {
        line.add(value.asString());
      }
      return line.toString();
    }

    BaseTable table(String database, String name) {
      return server.catalog().findStored(database, name).orElseThrow();
    }

    /// Inserts a row of literals, as INSERT would.
    void insert(String database, String name, Object... values) {
      BaseTable table = table(database, name);
      RowWriter writer = table.newRowWriter();
      for (int i = 0; i < values.length; i++) {
        SqlType type = table.definition().column(i).type();
        Value value = toValue(values[i]);
        Store store = new Store(table.definition().column(i).name());
        StoredValues.write(writer, i, Conversion.store(type, value, store), ZoneOffset.UTC);
      }
      byte[] row = writer.finish();
      RowReader reader = table.newRowReader().wrap(row);
      byte[] key =
          table.definition().hasHiddenKey()
              ? IndexKeyCodec.hiddenKey(server.rowNumbers().next())
              : table.primaryKey(reader);
      current().insert(table.descriptor(), key, row, false);
      commit();
    }

    private static Value toValue(Object value) {
      return switch (value) {
        case Integer number -> IntValue.of(number);
        case String text -> StringValue.of(text);
        default -> NullValue.NULL;
      };
    }

    /// All rows of a table through one of its indexes.
    List<String> rows(String database, String name, int indexNo) {
      BaseTable table = table(database, name);
      List<String> rows = new ArrayList<>();
      RowReader reader = table.newRowReader();
      try (Cursor cursor =
          current().scan(table.descriptor(), indexNo, KeyRange.all(), ScanOptions.CONSISTENT)) {
        while (cursor.next()) {
          reader.wrap(cursor.rowBuffer(), cursor.rowOffset(), cursor.rowLength());
          StringJoiner line = new StringJoiner("|");
          for (int i = 0; i < table.columns().size(); i++) {
            line.add(StoredValues.read(reader, i, ZoneOffset.UTC).asString());
          }
          rows.add(line.toString());
        }
      }
      commit();
      return rows;
    }

    @Override
    public Transaction current() {
      if (transaction.isEmpty()) {
        transaction =
            Optional.of(
                server
                    .engine()
                    .begin(
                        new TransactionOptions(
                            context.settings().transactionIsolation(),
                            false,
                            false,
                            Duration.ofSeconds(10),
                            Durability.DISK)));
      }
      return transaction.get();
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public Value evaluate(Expression expression) {
      return switch (expression) {
        case Expression.NullLiteral none -> NullValue.NULL;
        case Expression.BooleanLiteral truth -> IntValue.of(truth.value());
        case StringLiteral text -> StringValue.of(text.text());
        case Expression.NumberLiteral number ->
            number.kind() == Expression.NumberKind.INTEGER
                ? IntValue.of(Long.parseLong(number.text()))
                : DecimalValue.of(new BigDecimal(number.text()));
        case Expression.Unary unary when unary.operator() == Expression.UnaryOperator.MINUS ->
            IntValue.of(-evaluate(unary.operand()).toLong(new Store("")));
        case Expression.SystemVariable variable ->
            delegate.variable(
                io.tidemark.sql.session.SessionDelegate.Scope.valueOf(variable.scope().name()),
                variable.name(),
                context);
        default -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, expression);
      };
    }

    @Override
    public Predicate<Value[]> condition(Expression condition, List<ColumnDefinition> columns) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "WHERE");
    }

    @Override
    public List<ResultColumn> describe(Query query) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "SELECT");
    }

    @Override
    public void run(Query query, Consumer<Value[]> rows) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "SELECT");
    }

    @Override
    public void commit() {
      transaction.ifPresent(Transaction::commit);
      transaction = Optional.empty();
    }

    @Override
    public long connectionId() {
      return context.connectionId();
    }

    @Override
    public void query(byte[] sql, ResultSink sink) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PreparedStatement prepare(byte[] sql) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void useDatabase(String name, ResultSink sink) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void reset() {
      delegate.reset(context);
    }

    @Override
    public void allowMultiStatements(boolean allowed) {}

    @Override
    public String statistics() {
      return delegate.statistics();
    }

    @Override
    public long maxAllowedPacket() {
      return context.settings().maxAllowedPacket();
    }

    @Override
    public int idleTimeoutSeconds() {
      return delegate.idleTimeoutSeconds(context);
    }

    @Override
    public int statusFlags() {
      return 0;
    }

    @Override
    public Charset clientCharset() {
      return Charset.UTF8MB4;
    }

    @Override
    public Optional<io.tidemark.sql.collation.Collation> resultCollation() {
      return Optional.empty();
    }

    boolean interrupted;

    @Override
    public void interrupt() {
      interrupted = true;
    }

    @Override
    public void onKill(Runnable closeConnection) {}

    @Override
    public void close() {
      delegate.closed(context);
    }

    List<Parameter> none() {
      return List.of();
    }
  }

  /// Strict storing for test rows.
  private record Store(String columnName) implements StoreContext {
    @Override
    public long rowNumber() {
      return 1;
    }

    @Override
    public boolean isStrict() {
      return true;
    }

    @Override
    public ZoneId timeZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public boolean hasMode(SqlMode mode) {
      return false;
    }

    @Override
    public DateValue currentDate() {
      return DateValue.of(2026, 1, 1);
    }

    @Override
    public void add(Severity severity, MySqlError error, Object... arguments) {}
  }
}
