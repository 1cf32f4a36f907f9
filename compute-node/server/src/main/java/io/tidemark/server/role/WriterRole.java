package io.tidemark.server.role;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.engine.txn.LeasedReaders;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.BookKeeperRedoLog;
import io.tidemark.log.bookkeeper.BookKeeperRedoLogConfig;
import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.feed.DurableAnnouncer;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.pageserver.PageService;
import io.tidemark.server.LogTrimmer;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.NodeOptions;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The compute node that writes: it claims the log with the next epoch, which ends the writer
/// before it, and ends itself when another does so.
record WriterRole(NodeOptions options, ComputeNode.Endpoint endpoint) implements NodeProcess.Role {
  private static final Logger LOG = LoggerFactory.getLogger(WriterRole.class);

  /// The engine and the epoch that it writes with.
  private record Reign(WriterEngine engine, Epoch epoch) {}

  @Override
  public String open(NodeProcess process) throws StartupFailure {
    endpoint.checkFree();
    NodeCredentials credentials = ClusterConnection.credentials(options);
    int adminPort = process.openAdmin(options.bind(), options.adminPort());
    StartWait wait = new StartWait(process);
    ClusterConnection cluster = ClusterConnection.open(process, options, credentials, wait);
    BookKeeperRedoLog log = openLog(process, cluster, wait);
    PageService pages = ClusterPages.open(process, cluster, wait);
    Reign reign =
        wait.await(
            "page servers to reach the end of the log",
            () -> Optional.of(claim(process, cluster, log, pages)));
    process.parts().add("engine", reign.engine());
    process
        .parts()
        .add(
            "watch of the log",
            cluster
                .coordination()
                .watch(
                    ClusterConnection.LOG_CHAIN,
                    () ->
                        Thread.ofVirtual()
                            .name("log-watch")
                            .start(() -> checkNotFenced(process, log, reign.epoch()))));
    process.parts().add("log trimmer", trimmer(cluster, log, pages));
    ComputeNode node = ComputeNode.serve(process, "writer", reign.engine(), endpoint);
    String mysql = NodePorts.address(options, node.port());
    StandingLease registration =
        cluster.register(
            process,
            options,
            NodeEntry.Role.COMPUTE,
            Map.of(ClusterConnection.MYSQL, node.port(), ClusterConnection.ADMIN, adminPort));
    process.servesAs(() -> ClusterConnection.health(registration));
    process.tells(() -> status(node, reign.epoch(), mysql));
    return "tidemark is ready: writer %s at %s with epoch %s, admin %s"
        .formatted(options.name(), mysql, reign.epoch(), NodePorts.address(options, adminPort));
  }

  /// The redo log, and the announcer that tells the feeds of what is durable in it.
  private BookKeeperRedoLog openLog(NodeProcess process, ClusterConnection cluster, StartWait wait)
      throws StartupFailure {
    DurableAnnouncer announcer =
        process.parts().add("announcer", DurableAnnouncer.open(List.of(), cluster.credentials()));
    process.parts().add("search for redo feeds", cluster.watchFeeds(announcer::add));
    BookKeeperLedgers ledgers =
        wait.await(
            "the bookies",
            () ->
                Optional.of(
                    BookKeeperLedgers.open(
                        BookKeeperConfig.of(options.coordination(), ClusterConnection.LEDGERS))));
    return process
        .parts()
        .add(
            "redo log",
            BookKeeperRedoLog.open(
                ledgers,
                cluster.coordination(),
                ClusterConnection.LOG_CHAIN,
                BookKeeperRedoLogConfig.DEFAULT,
                options.name(),
                announcer));
  }

  private Reign claim(
      NodeProcess process, ClusterConnection cluster, BookKeeperRedoLog log, PageService pages) {
    Epoch epoch = log.currentEpoch().next();
    WriterEngine engine =
        WriterEngine.open(
            EngineConfig.DEFAULT.withBufferPoolBytes(endpoint.bufferPool().bytes()),
            log,
            epoch,
            pages,
            new SqlRowFormats(),
            new WriterEngine.Surroundings(
                new LeasedReaders(new ReaderLeases(cluster.coordination())),
                reason -> failed(process, reason)));
    return new Reign(engine, epoch);
  }

  /// Trims what is archived and neither page servers nor replicas need.
  private static LogTrimmer trimmer(
      ClusterConnection cluster, BookKeeperRedoLog log, PageService pages) {
    ReaderLeases readers = new ReaderLeases(cluster.coordination());
    return LogTrimmer.start(
        log,
        pages,
        new LogTrimmer.Needs(
            List.of(() -> readers.lowestRedo().orElse(log.durableLsn())),
            new ArchivedLsn(cluster.coordination())::get));
  }

  /// The log takes nothing any more.
  private void failed(NodeProcess process, Throwable reason) {
    if (reason instanceof Fenced) {
      process.end(
          NodeProcess.LOST_ROLE,
          "%s is no longer the writer: %s".formatted(options.name(), reason.getMessage()));
    } else {
      process.end(1, "%s cannot write any more: %s".formatted(options.name(), reason));
    }
  }

  /// The chain has changed: a writer without work learns of its successor here.
  private void checkNotFenced(NodeProcess process, BookKeeperRedoLog log, Epoch epoch) {
    try {
      log.checkNotFenced(epoch);
    } catch (Fenced e) {
      failed(process, e);
    } catch (RetryLater | IllegalStateException e) {
      // The latter if this node is closing.
      LOG.debug("who has claimed the log is not known now: {}", e.getMessage());
    }
  }

  private static Map<String, String> status(ComputeNode node, Epoch epoch, String mysql) {
    EngineStatus now = node.engine().status();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("mysql", mysql);
    lines.put("epoch", epoch.toString());
    lines.put("append_lsn", now.appendLsn().toString());
    lines.put("durable_lsn", now.durableLsn().toString());
    return lines;
  }
}
