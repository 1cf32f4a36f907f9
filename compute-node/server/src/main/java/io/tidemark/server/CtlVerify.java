package io.tidemark.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.table.TableVerifier;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.log.LogVerifier;
import io.tidemark.log.local.LogFiles;
import io.tidemark.pageserver.layer.ShardVerifier;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.LocalObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tidemark ctl verify`: runs every verifier on a data directory that no server has open.
///
/// Log and layers are checked as they lie there. For the trees and tables the database is opened as
/// a start of the server would, which rolls back what a crash left open.
///
/// Exit status 0 if all is sound, 1 if something is not, each finding a line.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the redo log, the layers, every tree and every index of a stopped server.",
      "Exit status 0: sound; 1: findings, each on its own line."
    })
final class CtlVerify implements Callable<Integer> {
  private static final Duration RECOVERY_DEADLINE = Duration.ofMinutes(10);

  @Mixin private CtlDump.Target target = new CtlDump.Target();

  @Override
  public Integer call() {
    try {
      DataDirectory.checkExists(target.data());
      boolean sound = verifyLog() & verifyLayers();
      sound &= verifyTables();
      System.out.println(sound ? "sound" : "NOT SOUND");
      return sound ? 0 : 1;
    } catch (StartupFailure | TidemarkException e) {
      System.out.println("NOT SOUND: " + e.getMessage());
      return 1;
    }
  }

  private boolean verifyLog() throws StartupFailure {
    try (DataDirectory directory = DataDirectory.open(target.data())) {
      LogVerifier.Report report = LogFiles.verify(directory.log());
      System.out.printf(
          "redo log: lsn %s to %s, epoch %s, %d frames, %d mini-transactions, %d records%n",
          report.start(),
          report.end(),
          report.epoch(),
          report.frames(),
          report.mtrs(),
          report.records());
      print(report.findings());
      return report.isSound();
    }
  }

  private boolean verifyLayers() throws StartupFailure {
    try (DataDirectory directory = DataDirectory.open(target.data());
        LocalObjectStore store = LocalObjectStore.open(directory.objects())) {
      System.out.println(
          ShardVerifier.verify(store, DevStorage.SHARD_PREFIX)
              .map(summary -> "layers: " + summary)
              .orElse("layers: none yet"));
      return true;
    }
  }

  private boolean verifyTables() throws StartupFailure {
    try (OpenParts parts = new OpenParts()) {
      DataDirectory directory = parts.add("data directory", DataDirectory.open(target.data()));
      DevStorage storage = DevStorage.open(directory, parts, new SimpleMeterRegistry());
      WriterEngine engine =
          parts.add(
              "engine",
              WriterEngine.open(
                  EngineConfig.DEFAULT,
                  storage.log(),
                  storage.log().currentEpoch().next(),
                  storage.pages(),
                  new SqlRowFormats()));
      if (!engine.awaitRecovered(RECOVERY_DEADLINE)) {
        System.out.println("tables: open transactions were not rolled back in time");
        return false;
      }
      boolean purged = engine.awaitPurged(RECOVERY_DEADLINE);
      boolean sound = true;
      for (String database : engine.dictionary().databases()) {
        for (TableDescriptor table : engine.dictionary().tables(database)) {
          sound &= verifyTable(engine, table, purged);
        }
      }
      return sound;
    }
  }

  private static boolean verifyTable(WriterEngine engine, TableDescriptor table, boolean purged) {
    String name = "table " + table.database() + "." + table.name();
    try {
      TableVerifier.Census census = engine.verify(table);
      System.out.printf(
          "%s: %d rows, %d index entries, %d and %d waiting for purge, %d pages, %d of them free%n",
          name,
          census.rows(),
          census.entries(),
          census.deletedRows(),
          census.markedEntries(),
          census.space().pages(),
          census.space().free());
      if (purged && census.space().unreached() > 0) {
        System.out.printf(
            "  %s: %d pages are neither in use nor free%n", name, census.space().unreached());
        return false;
      }
      return true;
    } catch (Corrupt e) {
      System.out.println("  " + name + ": " + e.getMessage());
      return false;
    }
  }

  private static void print(List<String> findings) {
    findings.forEach(finding -> System.out.println("  " + finding));
  }
}
