package io.tidemark.log.node;

import io.netty.buffer.ByteBuf;
import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.NearbyBookie;
import io.tidemark.storage.error.RetryLater;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.bookkeeper.bookie.Bookie.NoLedgerException;
import org.apache.bookkeeper.bookie.BookieException;
import org.apache.bookkeeper.bookie.BookieImpl;
import org.apache.bookkeeper.bookie.LastAddConfirmedUpdateNotification;
import org.apache.bookkeeper.bookie.SortedLedgerStorage;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.common.allocator.PoolingPolicy;
import org.apache.bookkeeper.common.util.Watcher;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.server.EmbeddedServer;
import org.apache.bookkeeper.server.conf.BookieConfiguration;
import org.apache.bookkeeper.util.DiskChecker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A storage node of BookKeeper in this process: a journal that is synced before it answers, and
/// ledger files that are written behind it.
///
/// Set up for a log of few ledgers with one writer in a JVM of 200 MiB of heap: entries are sorted
/// in a small memtable, one pool of buffers, at most two threads for each task.
///
/// Safe for use by any number of threads.
public final class Bookie implements NearbyBookie, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bookie.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
  private static final int MEMTABLE_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long JOURNAL_MEBIBYTES = 128;
  private static final long ENTRY_LOG_BYTES = 256L << 20;
  private static final float FULL = 0.95f;
  private static final float NEARLY_FULL = 0.90f;

  private final BookieConfig config;
  private final String id;
  private final EmbeddedServer server;
  private final Optional<AutoRecovery> recovery;

  /// What a bookie says of itself.
  ///
  /// @param writable whether it takes new entries; one with a full disk only reads
  public record Status(boolean running, boolean writable, long usedBytes, long freeBytes) {}

  static {
    // It asserts that it may look into java.io.FileDescriptor, in order to tell the operating
    // system
    // which pages of the journal it need not keep, and does without where assertions are off. Where
    // they are on the journal's thread dies of it, and takes the process along.
    Bookie.class
        .getClassLoader()
        .setClassAssertionStatus("org.apache.bookkeeper.util.PageCacheUtil", false);
  }

  private Bookie(
      BookieConfig config, String id, EmbeddedServer server, Optional<AutoRecovery> recovery) {
    this.config = config;
    this.id = id;
    this.server = server;
    this.recovery = recovery;
  }

  /// Opens the bookie; `stopped` hears, once it serves, that it has stopped: by itself, because
  /// something went wrong for which it has to be started anew, or because it was closed.
  public static Bookie open(BookieConfig config, Runnable stopped) {
    return open(config, stopped, Optional.empty());
  }

  /// As above with a check of the disk that a test provides.
  static Bookie open(BookieConfig config, Runnable stopped, Optional<DiskChecker> disk) {
    try {
      Files.createDirectories(config.directory());
      String id = BookieIdentity.of(config.directory());
      ServerConfiguration settings = settings(config).setBookieId(id);
      BookKeeperMetadata.prepare(config, settings, id);
      EmbeddedServer.Builder builder = EmbeddedServer.builder(new BookieConfiguration(settings));
      disk.ifPresent(builder::diskChecker);
      EmbeddedServer server = builder.build();
      server.getBookieService().setExceptionHandler((thread, error) -> stopped.run());
      server.getLifecycleComponentStack().start();
      Optional<AutoRecovery> recovery =
          config.autoRecovery() ? Optional.of(AutoRecovery.start(settings)) : Optional.empty();
      return new Bookie(config, id, server, recovery);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new RetryLater("bookie at " + config.address() + ": did not start: " + e, e);
    }
  }

  private static ServerConfiguration settings(BookieConfig config) {
    Path directory = config.directory();
    ServerConfiguration settings = new ServerConfiguration();
    settings.setMetadataServiceUri(
        BookKeeperConfig.metadataUri(config.zooKeeperServers(), config.ledgersRoot()));
    settings.setZkTimeout((int) config.sessionTimeout().toMillis());
    settings.setNettyMaxFrameSizeBytes(BookKeeperLedgers.MAX_ENTRY_BYTES);
    settings.setAllocatorPoolingPolicy(PoolingPolicy.PooledDirect);
    // Its setter sets the policy.
    settings.setProperty("allocatorPoolingConcurrency", 1);
    settings
        .setBookiePort(config.port())
        .setAdvertisedAddress(config.host())
        .setAllowLoopback(true)
        .setJournalDirName(directory.resolve("journal").toString())
        .setLedgerDirNames(new String[] {directory.resolve("ledgers").toString()})
        .setDiskCheckInterval((int) config.diskCheck().toMillis())
        .setDiskUsageThreshold(FULL)
        .setDiskUsageWarnThreshold(NEARLY_FULL)
        .setDiskLowWaterMarkUsageThreshold(NEARLY_FULL)
        .setReadOnlyModeEnabled(true)
        .setHttpServerEnabled(false)
        .setStatisticsEnabled(false)
        .setAutoRecoveryDaemonEnabled(false);
    settings
        .setLedgerStorageClass(SortedLedgerStorage.class.getName())
        .setSkipListSizeLimit(MEMTABLE_BYTES)
        .setEntryLogSizeLimit(ENTRY_LOG_BYTES)
        .setEntryLogFilePreAllocationEnabled(false)
        .setReadBufferBytes(4096)
        .setWriteBufferBytes(BUFFER_BYTES)
        .setPageLimit(1024)
        .setOpenFileLimit(512)
        .setMaxJournalSizeMB(JOURNAL_MEBIBYTES)
        .setMaxBackupJournals(1)
        .setJournalWriteBufferSizeKB(BUFFER_BYTES >> 10)
        .setJournalMaxMemorySizeMb(16)
        .setJournalAdaptiveGroupWrites(true)
        .setJournalMaxGroupWaitMSec(1)
        .setJournalFlushWhenQueueEmpty(true);
    settings
        .setServerNumIOThreads(2)
        .setNumAddWorkerThreads(0) // an entry goes to the journal from the thread that received it
        .setNumReadWorkerThreads(2)
        .setNumLongPollWorkerThreads(1)
        .setNumHighPriorityWorkerThreads(1);
    return settings;
  }

  /// By which the cluster knows it: that of its disk, see [BookieIdentity].
  public String id() {
    return id;
  }

  public Status status() {
    boolean running = server.getBookieService().getServer().isRunning();
    return new Status(running, isWritable(), usedBytes(), freeBytes());
  }

  /// Whether it takes new entries now.
  boolean isWritable() {
    return server.getBookieService().getServer().isRunning() && !bookie().isReadOnly();
  }

  /// Numbers of the entries of `ledger` that are here, in order; some may come twice.
  PrimitiveIterator.OfLong entries(long ledger) {
    try {
      return bookie().getListOfEntriesOfLedger(ledger);
    } catch (NoLedgerException e) {
      LOG.trace("ledger {}: nothing here", ledger, e);
      return LongStream.empty().iterator();
    } catch (IOException e) {
      throw new RetryLater("bookie " + id + ": entries of ledger " + ledger + ": " + e, e);
    }
  }

  /// Adds an entry that the ledger is known to have, though it may be closed. The future completes
  /// when it is synced.
  ///
  /// @param stored the entry as bookies store it; this releases it
  CompletableFuture<Void> restore(ByteBuf stored, byte[] ledgerKey) throws InterruptedException {
    CompletableFuture<Void> synced = new CompletableFuture<>();
    try {
      bookie()
          .recoveryAddEntry(
              stored,
              (code, ledger, entry, address, context) -> {
                if (code == BKException.Code.OK) {
                  synced.complete(null);
                } else {
                  synced.completeExceptionally(BKException.create(code));
                }
              },
              null,
              ledgerKey);
    } catch (IOException | BookieException e) {
      synced.completeExceptionally(e);
    }
    return synced;
  }

  @Override
  public Optional<ByteBuf> find(long ledger, long entry) {
    try {
      return Optional.of(bookie().readEntry(ledger, entry));
    } catch (IOException | BookieException e) {
      // Not here yet, or damaged: other bookies have it.
      LOG.trace("ledger {}, entry {}: {}", ledger, entry, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public long lastConfirmed(long ledger) {
    try {
      return bookie().readLastAddConfirmed(ledger);
    } catch (IOException | BookieException e) {
      LOG.trace("ledger {}: {}", ledger, e.getMessage());
      return -1;
    }
  }

  @Override
  public Watch watch(long ledger, long known, Runnable advanced) {
    BookieImpl bookie = bookie();
    Watcher<LastAddConfirmedUpdateNotification> watcher = news -> advanced.run();
    try {
      if (!bookie.waitForLastAddConfirmedUpdate(ledger, known, watcher)) {
        advanced.run();
        return () -> {};
      }
    } catch (IOException e) {
      LOG.trace("ledger {}: {}", ledger, e.getMessage());
      return () -> {};
    }
    return () -> {
      try {
        bookie.cancelWaitForLastAddConfirmedUpdate(ledger, watcher);
      } catch (IOException e) {
        LOG.trace("ledger {}: {}", ledger, e.getMessage());
      }
    };
  }

  private BookieImpl bookie() {
    return (BookieImpl) server.getBookieService().getServer().getBookie();
  }

  private long usedBytes() {
    return usedBytes(config.directory().toFile());
  }

  private static long usedBytes(File file) {
    File[] inside = file.listFiles();
    return inside == null
        ? file.length()
        : Arrays.stream(inside).mapToLong(Bookie::usedBytes).sum();
  }

  private long freeBytes() {
    try {
      return Files.getFileStore(config.directory()).getUsableSpace();
    } catch (IOException e) {
      throw new RetryLater("bookie directory " + config.directory() + ": " + e, e);
    }
  }

  /// Flushes and leaves the cluster, if ZooKeeper lets it: parts of it try for ever where that has
  /// gone already. They are left alone after a while; the journal has what they did not flush.
  @Override
  public void close() {
    recovery.ifPresent(AutoRecovery::close);
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("bookie-close")
            .start(() -> server.getLifecycleComponentStack().close());
    try {
      if (!closing.join(CLOSE_WAIT)) {
        LOG.info("bookie {}: not closed after {}, giving up", id, CLOSE_WAIT);
        closing.interrupt();
        closing.join(CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
