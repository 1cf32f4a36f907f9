package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.LedgerChain;
import io.tidemark.log.bookkeeper.LedgerSpan;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.client.BookKeeper;
import org.apache.bookkeeper.client.BookKeeperAdmin;
import org.apache.bookkeeper.client.LedgerChecker;
import org.apache.bookkeeper.client.LedgerFragment;
import org.apache.bookkeeper.client.LedgerHandle;
import org.apache.bookkeeper.conf.ClientConfiguration;

/// How many copies the redo log of a cluster has, as its bookies answer when each is asked for each
/// entry. Confined to the test's thread.
final class LogCopies implements AutoCloseable {
  private static final int COPIES = 3;
  private static final int FEWEST_COPIES = 2;
  private static final long ALL_ENTRIES = 100;
  private static final long POLL_MILLIS = 250;

  private final ZooKeeperCoordination coordination;
  private final BookKeeper client;

  /// How much of the log, and how many copies of it there have to be.
  enum Extent {
    /// The ledger that is being written, which has three when all nodes are there.
    NEWEST,

    /// All ledgers. One that began while a node was away has two, until it is trimmed.
    WHOLE
  }

  private LogCopies(ZooKeeperCoordination coordination, BookKeeper client) {
    this.coordination = coordination;
    this.client = client;
  }

  static LogCopies open(String zooKeeperServers) throws Exception {
    ClientConfiguration settings = new ClientConfiguration();
    settings.setMetadataServiceUri(
        BookKeeperConfig.metadataUri(zooKeeperServers, "/tidemark/ledgers"));
    settings.setNettyMaxFrameSizeBytes(64 << 20);
    return new LogCopies(
        ZooKeeperCoordination.open(ZooKeeperConfig.of(zooKeeperServers, "/tidemark/keys")),
        new BookKeeper(settings));
  }

  /// Waits until nothing is missing.
  void await(Extent extent, Duration patience) throws Exception {
    long began = System.nanoTime();
    List<String> first = missing(extent);
    List<String> now = first;
    while (!now.isEmpty()) {
      assertThat(System.nanoTime() - began)
          .as("copies missing: %s", now)
          .isLessThan(patience.toNanos());
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      now = missing(extent);
    }
    System.out.printf(
        "copies, %s: complete after %d ms, first missing: %s%n",
        extent, (System.nanoTime() - began) / 1_000_000, first);
  }

  /// What is missing now, a sentence each.
  private List<String> missing(Extent extent) throws Exception {
    List<String> missing = new ArrayList<>();
    try (BookKeeperAdmin admin = new BookKeeperAdmin(client)) {
      String key = "log/chain";
      List<LedgerSpan> spans =
          LedgerChain.decode(key, coordination.find(key).orElseThrow().bytes()).ledgers();
      int from = extent == Extent.WHOLE ? 0 : spans.size() - 1;
      for (LedgerSpan span : spans.subList(from, spans.size())) {
        check(admin, span, extent == Extent.WHOLE ? FEWEST_COPIES : COPIES, missing);
      }
    } catch (RetryLater | BKException e) {
      missing.add("no answer: " + e.getMessage());
    }
    return missing;
  }

  private void check(BookKeeperAdmin admin, LedgerSpan span, int wanted, List<String> missing)
      throws Exception {
    try (LedgerHandle ledger = admin.openLedgerNoRecovery(span.id())) {
      int copies = ledger.getLedgerMetadata().getWriteQuorumSize();
      if (copies < wanted) {
        missing.add("%s was made with %d copies".formatted(span, copies));
      }
      CompletableFuture<Set<LedgerFragment>> damaged = new CompletableFuture<>();
      new LedgerChecker(client)
          .checkLedger(ledger, (code, fragments) -> damaged.complete(fragments), ALL_ENTRIES);
      for (LedgerFragment fragment : damaged.get(60, TimeUnit.SECONDS)) {
        missing.add("%s lacks entries on %s".formatted(span, fragment.getAddresses()));
      }
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
    coordination.close();
  }
}
