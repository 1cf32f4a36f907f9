package io.tidemark.sql.session;

import io.tidemark.sql.admin.Administration;
import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.ast.TransactionStatement;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.parse.SqlParser;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's session: takes statements apart and sends each to who executes it. Confined to one
/// thread at a time, but for [#interrupt] and [#onKill].
public final class TidemarkSession implements SqlSession {
  private static final Logger LOG = LoggerFactory.getLogger(TidemarkSession.class);
  private static final int IN_TRANSACTION = 1;
  private static final int AUTOCOMMIT = 2;
  private static final int NO_BACKSLASH_ESCAPES = 512;
  private static final int IN_READ_ONLY_TRANSACTION = 8192;

  private final SessionContext context;
  private final SessionTransactions transactions;
  private final SessionProcess process;
  private final SessionDelegate delegate;
  private final DataExecutor data;
  private final SessionWork work;
  private final ControlExecutor control;
  private final Map<String, PreparedText> preparedByName = new HashMap<>();
  private final TrackedState tracked;
  private boolean multiStatements;
  private volatile Runnable closeConnection = () -> {};
  private boolean failed;

  public TidemarkSession(
      SessionContext context,
      SessionTransactions transactions,
      SessionProcess process,
      SessionDelegate delegate,
      TableCatalog catalog,
      PlanCache plans) {
    this.context = context;
    this.transactions = transactions;
    this.process = process;
    this.delegate = delegate;
    this.tracked = new TrackedState(context);
    this.multiStatements = context.connection().multiStatements();
    StatementPlanner planner = new StatementPlanner(context, delegate, catalog);
    StatementRunner runner = new StatementRunner(context, transactions, delegate, planner);
    this.data = new DataExecutor(context, transactions, runner, plans, this::statusFlags);
    this.work = new SessionWork(context, transactions, runner, planner);
    this.control = new ControlExecutor(context, transactions);
  }

  @Override
  public long connectionId() {
    return context.connectionId();
  }

  /// What SHOW PROCESSLIST shows of it.
  public SessionProcess process() {
    return process;
  }

  public SessionContext context() {
    return context;
  }

  @Override
  public void query(byte[] sql, ResultSink sink) {
    process.begin("Query", sql);
    try {
      failed = false;
      Optional<DataExecutor.CachedCall> cached = data.findCached(sql);
      if (cached.isPresent()) {
        guarded(
            sink,
            () -> {
              context.warnings().clear(context.settings().maxErrorCount());
              data.executeCached(cached.get(), sink);
            });
        return;
      }
      int room = LongStatements.ofProcess().enter(sql.length);
      try {
        text(SqlParser.toText(sql), new Reporting(sink));
      } finally {
        LongStatements.ofProcess().leave(room);
      }
    } catch (Rejected e) {
      sink.error(e.error(), String.valueOf(e.getMessage()));
    } finally {
      process.end();
    }
  }

  private void text(String text, ResultSink sink) {
    int offset = 0;
    do {
      int from = offset;
      int[] next = {text.length()};
      guarded(
          sink,
          () -> {
            int modes = context.settings().sqlModeBits();
            SqlParser.Parsed parsed = parse(text, from, modes);
            next[0] = parsed.nextOffset();
            boolean more = next[0] < text.length();
            if (more && !multiStatements) {
              throw SqlParser.syntaxError(text, next[0], modes);
            }
            if (parsed.parameterCount() > 0) {
              throw SqlParser.syntaxError(text, text.indexOf('?', from), modes);
            }
            execute(parsed.statement(), more, sink);
          });
      offset = next[0];
    } while (offset < text.length() && !failed);
  }

  /// A text that is no statement has the diagnostics area to itself, as one that fails has.
  private SqlParser.Parsed parse(String text, int from, int modes) {
    try {
      return SqlParser.parse(text, from, modes);
    } catch (Rejected e) {
      context.warnings().clear(context.settings().maxErrorCount());
      throw e;
    }
  }

  /// Runs a statement's work; an error goes to the sink and undoes what belongs to it.
  private void guarded(ResultSink sink, Runnable statement) {
    context.startStatement();
    transactions.clearInterrupt();
    try {
      statement.run();
    } catch (Rejected rejected) {
      fail(rejected.error(), String.valueOf(rejected.getMessage()), sink);
    } catch (TidemarkException failure) {
      MySqlError error = errorOf(failure);
      String message = String.valueOf(failure.getMessage());
      fail(error, error == MySqlError.DISK_FULL ? error.format(message) : message, sink);
    } catch (StackOverflowError deep) {
      fail(MySqlError.OUT_OF_MEMORY, MySqlError.OUT_OF_MEMORY.format("thread stack"), sink);
    } catch (UncheckedIOException gone) {
      // The client does not take its rows any more: nobody hears of an error.
      transactions.failStatement(false);
      throw gone;
    } catch (RuntimeException defect) {
      LOG.error("statement of connection {} failed", connectionId(), defect);
      fail(MySqlError.UNKNOWN_ERROR, "Internal error: " + defect, sink);
    } finally {
      context.endStatement();
    }
  }

  private static MySqlError errorOf(TidemarkException failure) {
    return switch (failure) {
      case Rejected rejected -> rejected.error();
      case RetryLater _ -> MySqlError.LOCK_WAIT_TIMEOUT;
      case Fenced _ -> MySqlError.SERVER_SHUTDOWN;
      case Corrupt _ -> MySqlError.UNKNOWN_ERROR;
      case Exhausted _ -> MySqlError.DISK_FULL;
    };
  }

  private void fail(MySqlError error, String message, ResultSink sink) {
    failed = true;
    try {
      transactions.failStatement(error.endsTransaction());
    } catch (TidemarkException second) {
      LOG.warn("rollback of connection {} failed: {}", connectionId(), second.getMessage());
    }
    context.warnings().add(Warnings.Level.ERROR, error.number(), message);
    context.setRowCount(-1);
    sink.error(error, message);
  }

  private void execute(Statement statement, boolean more, ResultSink sink) {
    if (!isAboutDiagnostics(statement)) {
      context.warnings().clear(context.settings().maxErrorCount());
    }
    switch (statement) {
      case DataStatement on -> data.execute(on, more, sink);
      case DefinitionStatement definition -> {
        transactions.commit();
        StatementOutcome outcome = delegate.define(definition, context, work);
        transactions.commit();
        data.show(outcome, more, sink);
      }
      case TransactionStatement transaction -> {
        control.execute(transaction);
        done(more, sink);
      }
      case SessionStatement on -> session(on, more, sink);
    }
  }

  private static boolean isAboutDiagnostics(Statement statement) {
    return statement instanceof SessionStatement.Administration administration
        && Administration.keepsDiagnostics(administration);
  }

  private void session(SessionStatement statement, boolean more, ResultSink sink) {
    switch (statement) {
      case SessionStatement.Use use -> {
        delegate.useDatabase(use.database(), context);
        process.setDatabase(context.database());
        done(more, sink);
      }
      case SessionStatement.Explain explain -> data.explain(explain, more, sink);
      case SessionStatement.Prepare prepare -> {
        prepareByName(prepare);
        done(more, sink);
      }
      case SessionStatement.Execute execute -> {
        PreparedText prepared = preparedByName.get(execute.name().toLowerCase(Locale.ROOT));
        if (prepared == null) {
          throw new Rejected(MySqlError.UNKNOWN_STMT_HANDLER, execute.name(), "EXECUTE");
        }
        List<Parameter> parameters =
            execute.variables().stream()
                .map(name -> new Parameter(context.userVariables().get(name)))
                .toList();
        run(prepared, parameters, more, sink);
      }
      case SessionStatement.Deallocate deallocate -> {
        if (preparedByName.remove(deallocate.name().toLowerCase(Locale.ROOT)) == null) {
          throw new Rejected(
              MySqlError.UNKNOWN_STMT_HANDLER, deallocate.name(), "DEALLOCATE PREPARE");
        }
        done(more, sink);
      }
      case SessionStatement.LockTables tables -> {
        control.lockTables(tables);
        done(more, sink);
      }
      case SessionStatement.UnlockTables _ -> {
        control.unlockTables();
        done(more, sink);
      }
      case SessionStatement.Administration administration -> {
        boolean wasAutocommit = context.settings().autocommit();
        StatementOutcome outcome = delegate.administer(administration, context, work);
        if (!wasAutocommit && context.settings().autocommit()) {
          transactions.commit();
        }
        process.setDatabase(context.database());
        data.show(outcome, more, sink);
      }
    }
  }

  private void done(boolean more, ResultSink sink) {
    data.show(StatementOutcome.DONE, more, sink);
  }

  private void prepareByName(SessionStatement.Prepare prepare) {
    String key = prepare.name().toLowerCase(Locale.ROOT);
    preparedByName.remove(key);
    byte[] sql = data.textOf(prepare.text());
    PreparedText prepared = data.prepareRows(sql).orElseGet(() -> parsePrepared(sql));
    preparedByName.put(key, planned(prepared));
  }

  private PreparedText planned(PreparedText prepared) {
    if (prepared.statement() instanceof DataStatement on) {
      prepared.setPlan(data.describe(on));
    }
    return prepared;
  }

  /// Parses and plans a text that no statement around it has room for.
  private PreparedText parseAlone(byte[] sql) {
    int room = LongStatements.ofProcess().enter(sql.length);
    try {
      return planned(parsePrepared(sql));
    } finally {
      LongStatements.ofProcess().leave(room);
    }
  }

  private PreparedText parsePrepared(byte[] sql) {
    SqlParser.Parsed parsed = SqlParser.parseOnly(sql, context.settings().sqlModeBits());
    if (parsed.statement() instanceof SessionStatement.Prepare
        || parsed.statement() instanceof SessionStatement.Execute
        || parsed.statement() instanceof SessionStatement.Deallocate
        || parsed.statement() instanceof SessionStatement.LockTables) {
      throw new Rejected(MySqlError.UNSUPPORTED_PS);
    }
    return new PreparedText(parsed, sql);
  }

  /// Executes a prepared statement.
  private void run(
      PreparedText prepared, List<Parameter> parameters, boolean more, ResultSink sink) {
    if (parameters.size() != prepared.parameterCount()) {
      throw new Rejected(MySqlError.WRONG_ARGUMENTS, "EXECUTE");
    }
    if (prepared.statement() instanceof DataStatement) {
      context.warnings().clear(context.settings().maxErrorCount());
      data.executePrepared(prepared, parameters, more, sink);
    } else {
      execute(prepared.statement(), more, sink);
    }
  }

  @Override
  public PreparedStatement prepare(byte[] sql) {
    process.begin("Prepare", sql);
    try {
      context.startStatement();
      context.warnings().clear(context.settings().maxErrorCount());
      Optional<PreparedText> rows = data.prepareRows(sql);
      return new Prepared(rows.isPresent() ? planned(rows.get()) : parseAlone(sql));
    } finally {
      process.end();
    }
  }

  @Override
  public void useDatabase(String name, ResultSink sink) {
    guarded(
        new Reporting(sink),
        () -> {
          delegate.useDatabase(name, context);
          process.setDatabase(context.database());
          done(false, sink);
        });
  }

  @Override
  public void reset() {
    transactions.rollback();
    control.unlockTables();
    preparedByName.clear();
    context.userVariables().clear();
    context.warnings().clear(context.settings().maxErrorCount());
    context.setLastInsertId(0);
    delegate.reset(context);
  }

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
    int flags = transactions.isOpen() ? IN_TRANSACTION : 0;
    if (transactions.isOpen() && transactions.isReadOnly()) {
      flags |= IN_READ_ONLY_TRANSACTION;
    }
    if (context.settings().autocommit()) {
      flags |= AUTOCOMMIT;
    }
    if (context.settings().hasMode(SqlMode.NO_BACKSLASH_ESCAPES)) {
      flags |= NO_BACKSLASH_ESCAPES;
    }
    return flags;
  }

  @Override
  public Charset clientCharset() {
    return Charset.find(context.settings().clientCharset()).orElse(Charset.UTF8MB4);
  }

  @Override
  public Optional<Collation> resultCollation() {
    return Charset.find(context.settings().resultsCharset()).map(Charset::defaultCollation);
  }

  @Override
  public List<StateChange> takeStateChanges() {
    return tracked.takeChanges();
  }

  @Override
  public void interrupt() {
    context.interrupt();
    transactions.interrupt();
  }

  @Override
  public void onKill(Runnable close) {
    closeConnection = close;
  }

  @Override
  public void allowMultiStatements(boolean allowed) {
    multiStatements = allowed;
  }

  @Override
  public void kill() {
    interrupt();
    closeConnection.run();
  }

  @Override
  public void close() {
    try {
      transactions.rollback();
    } finally {
      delegate.closed(context);
    }
  }

  /// Notes that an error was reported, which ends a text of several statements.
  private final class Reporting extends ForwardingSink {
    Reporting(ResultSink sink) {
      super(sink);
    }

    @Override
    public void error(MySqlError error, String message) {
      failed = true;
      super.error(error, message);
    }
  }

  private final class Prepared implements PreparedStatement {
    private final PreparedText prepared;
    private final int warnings = context.warnings().count();

    Prepared(PreparedText prepared) {
      this.prepared = prepared;
    }

    @Override
    public int parameterCount() {
      return prepared.parameterCount();
    }

    @Override
    public List<ResultColumn> columns() {
      return prepared.columns();
    }

    @Override
    public int warningCount() {
      return warnings;
    }

    @Override
    public void execute(List<Parameter> parameters, ResultSink sink) {
      process.begin("Execute", prepared.sql());
      try {
        guarded(sink, () -> run(prepared, parameters, false, sink));
      } finally {
        process.end();
      }
    }

    @Override
    public Optional<RowCursor> openCursor(List<Parameter> parameters, ResultSink sink) {
      if (!(prepared.statement() instanceof DataStatement.Select)) {
        execute(parameters, sink);
        return Optional.empty();
      }
      KeptRows rows = new KeptRows(sink, context.newWorkMemory(() -> {}));
      try {
        execute(parameters, rows);
      } catch (RuntimeException gone) {
        rows.close();
        throw gone;
      }
      return rows.cursor();
    }

    @Override
    public void close() {
      prepared.forgetPlan();
    }
  }
}
