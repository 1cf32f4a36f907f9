package io.tidemark.sql.server;

import io.tidemark.sql.constraint.CheckedTransaction;
import io.tidemark.sql.session.PlanCache;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionTransactions;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.session.TidemarkSession;
import io.tidemark.sql.spill.TemporaryFiles;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.sql.variable.UserVariables;
import java.nio.file.Path;
import java.util.Optional;

/// Makes [TidemarkSession]s that share one plan cache. Thread-safe.
public final class Sessions implements SessionFactory {
  private static final int CACHED_STATEMENTS = 4096;

  private final PlanCache plans = new PlanCache(CACHED_STATEMENTS);
  private final Optional<TemporaryFiles> files;

  /// Sessions whose temporary files are in `tmpdir`.
  public Sessions() {
    this.files = Optional.empty();
  }

  /// Sessions with temporary files of their own.
  Sessions(TemporaryFiles files) {
    this.files = Optional.of(files);
  }

  private TemporaryFiles files(ServerContext server) {
    return files.orElseGet(() -> TemporaryFiles.in(Path.of(server.globals().get("tmpdir"))));
  }

  @Override
  public SqlSession open(
      ServerContext server,
      SqlServer.Account account,
      SqlServer.ConnectionAttributes attributes,
      SessionVariables variables,
      SessionProcess process) {
    SessionTransactions transactions =
        new SessionTransactions(
            server.engine(),
            variables,
            begun ->
                new CheckedTransaction(begun, server.foreignKeys(), variables::foreignKeyChecks));
    SessionContext context =
        new SessionContext(
            account,
            attributes,
            new SessionContext.Surroundings(server.engine(), server.clock(), files(server)),
            variables,
            new UserVariables(),
            transactions);
    ServerDelegate delegate = new ServerDelegate(server, variables, process);
    attributes.database().ifPresent(name -> delegate.useDatabase(name, context));
    return new TidemarkSession(context, transactions, process, delegate, server.catalog(), plans);
  }
}
