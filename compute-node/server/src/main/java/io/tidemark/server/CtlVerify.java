package io.tidemark.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.log.LogVerifier;
import io.tidemark.log.local.LogFiles;
import io.tidemark.pageserver.layer.ShardVerifier;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.LocalObjectStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tidemark ctl verify`: runs every verifier on a data directory that no server has open.
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
      storage.pages().awaitIngested(storage.log().durableLsn());
      return true;
    }
  }

  private static void print(List<String> findings) {
    findings.forEach(finding -> System.out.println("  " + finding));
  }
}
