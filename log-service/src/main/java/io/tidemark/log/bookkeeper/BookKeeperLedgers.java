package io.tidemark.log.bookkeeper;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.bookkeeper.client.api.BKException;
import org.apache.bookkeeper.client.api.BKException.Code;
import org.apache.bookkeeper.client.api.BookKeeper;
import org.apache.bookkeeper.client.api.DigestType;
import org.apache.bookkeeper.client.api.LastConfirmedAndEntry;
import org.apache.bookkeeper.client.api.LedgerEntries;
import org.apache.bookkeeper.client.api.LedgerEntry;
import org.apache.bookkeeper.client.api.LedgerMetadata;
import org.apache.bookkeeper.client.api.ReadHandle;
import org.apache.bookkeeper.client.api.WriteHandle;
import org.apache.bookkeeper.conf.ClientConfiguration;
import org.apache.bookkeeper.net.BookieId;
import org.apache.bookkeeper.proto.checksum.DigestManager;

/// The [LedgerStore] that is BookKeeper. Entries carry a CRC-32C.
///
/// A bookie that fails is replaced in a ledger only when an ack quorum needs it: replacing at once
/// would close the ledger where no spare bookie is, as in a cluster of three. The next ledger does
/// without it, and comes soon, see [WritableLedger#isDegraded].
///
/// Safe for use by any number of threads.
public final class BookKeeperLedgers implements LedgerStore {
  /// A frame and what the protocol adds to it.
  public static final int MAX_ENTRY_BYTES = Frame.MAX_BODY_BYTES + Frame.HEADER_BYTES + 4096;

  /// What bookies store before the payload, with a CRC-32C.
  private static final int ENTRY_HEADER_BYTES = DigestManager.METADATA_LENGTH + Integer.BYTES;

  private static final byte[] PASSWORD = "tidemark".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, byte[]> METADATA =
      Map.of("application", "tidemark-redo".getBytes(StandardCharsets.UTF_8));

  private final BookKeeper client;
  private final BookKeeperConfig config;
  private final NearbyBookie nearby;

  /// Replaced as a whole by the client's watch.
  private volatile Set<BookieId> writable = Set.of();

  private BookKeeperLedgers(BookKeeper client, BookKeeperConfig config, NearbyBookie nearby) {
    this.client = client;
    this.config = config;
    this.nearby = nearby;
  }

  public static BookKeeperLedgers open(BookKeeperConfig config) {
    return open(config, NearbyBookie.NONE);
  }

  /// As above in the process of a bookie.
  public static BookKeeperLedgers open(BookKeeperConfig config, NearbyBookie nearby) {
    int seconds = Math.max(1, (int) config.timeout().toSeconds() / 4);
    ClientConfiguration settings = new ClientConfiguration();
    settings
        .setMetadataServiceUri(config.metadataUri())
        .setZkTimeout((int) config.timeout().toMillis() / 2)
        .setAddEntryTimeout(seconds)
        .setReadEntryTimeout(seconds)
        .setNumIOThreads(1)
        .setNumWorkerThreads(1)
        .setNumChannelsPerBookie(1)
        .setNettyMaxFrameSizeBytes(MAX_ENTRY_BYTES)
        .setExplictLacInterval((int) config.idleLac().toMillis());
    settings.setDelayEnsembleChange(true);
    try {
      BookKeeper client = BookKeeper.newBuilder(settings).build();
      BookKeeperLedgers ledgers = new BookKeeperLedgers(client, config, nearby);
      ledgers.await(
          "watch the bookies",
          ((org.apache.bookkeeper.client.BookKeeper) client)
              .getMetadataClientDriver()
              .getRegistrationClient()
              .watchWritableBookies(bookies -> ledgers.writable = Set.copyOf(bookies.getValue())));
      return ledgers;
    } catch (IOException | BKException e) {
      throw new RetryLater("bookkeeper " + config.metadataUri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("bookkeeper " + config.metadataUri() + ": interrupted", e);
    }
  }

  @Override
  public WritableLedger create() {
    try {
      return new OwnLedger(
          await("create a ledger", create(config.ensembleSize(), config.writeQuorum())), false);
    } catch (Exhausted e) {
      if (config.ackQuorum() == config.ensembleSize()) {
        throw e;
      }
      int few = config.ackQuorum();
      return new OwnLedger(await("create a ledger", create(few, few)), true);
    }
  }

  private CompletableFuture<WriteHandle> create(int ensembleSize, int writeQuorum) {
    return client
        .newCreateLedgerOp()
        .withEnsembleSize(ensembleSize)
        .withWriteQuorumSize(writeQuorum)
        .withAckQuorumSize(config.ackQuorum())
        .withDigestType(DigestType.CRC32C)
        .withPassword(PASSWORD)
        .withCustomMetadata(METADATA)
        .execute();
  }

  @Override
  public ReadableLedger recover(long id) {
    return find(id, true).orElseThrow(() -> new Corrupt("redo log: ledger " + id + " is missing"));
  }

  @Override
  public Optional<ReadableLedger> open(long id) {
    return find(id, false);
  }

  /// Opens the ledger for one of its bookies that may lack entries; empty if there is none.
  public Optional<StoredEntries> openStored(long id) {
    return find(
        id,
        false,
        handle -> new StoredEntries(handle, PASSWORD, read -> await("read ledger " + id, read)));
  }

  private Optional<ReadableLedger> find(long id, boolean recovery) {
    return find(id, recovery, Ledger::new);
  }

  private <T> Optional<T> find(long id, boolean recovery, Function<ReadHandle, T> use) {
    CompletableFuture<ReadHandle> opened =
        client
            .newOpenLedgerOp()
            .withLedgerId(id)
            .withDigestType(DigestType.CRC32C)
            .withPassword(PASSWORD)
            .withRecovery(recovery)
            .execute();
    return unlessMissing("open ledger " + id, opened.thenApply(use));
  }

  @Override
  public void delete(long id) {
    unlessMissing(
        "delete ledger " + id,
        client.newDeleteLedgerOp().withLedgerId(id).execute().thenApply(nothing -> id));
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (BKException e) {
      throw new RetryLater("bookkeeper " + config.metadataUri() + ": close: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> Optional<T> unlessMissing(String what, CompletableFuture<? extends T> answer) {
    CompletableFuture<Optional<T>> found =
        answer.handle((value, error) -> {
          if (error == null) {
            return Optional.of(value);
          }
          int code = LedgerErrors.codeOf(error);
          if (code == Code.NoSuchEntryException
              || code == Code.NoSuchLedgerExistsException
              || code == Code.NoSuchLedgerExistsOnMetadataServerException) {
            return Optional.empty();
          }
          throw LedgerErrors.translate(what, error);
        });
    return await(what, found);
  }

  private <T> T await(String what, CompletableFuture<T> answer) {
    try {
      return answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw LedgerErrors.translate(what, e);
    } catch (TimeoutException e) {
      throw new RetryLater("bookkeeper: " + what + ": no answer in " + config.timeout(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("bookkeeper: " + what + ": interrupted", e);
    }
  }

  /// A ledger by its handle. Knows the end of a closed one from its metadata, which a watch of the
  /// client keeps up to date.
  private class Ledger<H extends ReadHandle> implements ReadableLedger {
    final H handle;

    Ledger(H handle) {
      this.handle = handle;
    }

    @Override
    public long id() {
      return handle.getId();
    }

    @Override
    public long lastConfirmed() {
      LedgerMetadata metadata = handle.getLedgerMetadata();
      return metadata.isClosed()
          ? metadata.getLastEntryId()
          : Math.max(handle.getLastAddConfirmed(), nearby.lastConfirmed(id()));
    }

    @Override
    public boolean isClosed() {
      return handle.getLedgerMetadata().isClosed();
    }

    @Override
    public void awaitConfirmed(long known, Duration timeout) {
      long millis = Math.max(1, timeout.toMillis());
      CompletableFuture<LastConfirmedAndEntry> asked =
          handle.readLastAddConfirmedAndEntryAsync(known + 1, millis, false);
      await("last confirmed entry of ledger " + id(), asked.exceptionally(this::explainUnknown))
          .close();
    }

    /// A bookie knows a ledger from its first entry on; whether there is such a ledger, opening it
    /// tells.
    private LastConfirmedAndEntry explainUnknown(Throwable error) {
      if (LedgerErrors.codeOf(error) == Code.NoSuchLedgerExistsException) {
        throw new RetryLater(
            "bookkeeper: ledger " + id() + " is not known to the bookies yet", error);
      }
      throw LedgerErrors.translate("last confirmed entry of ledger " + id(), error);
    }

    @Override
    public NearbyBookie.Watch watch(long known, Runnable advanced) {
      return nearby.watch(id(), known, advanced);
    }

    @Override
    public Optional<byte[]> peek(long entry) {
      Optional<byte[]> near = nearby.find(id(), entry).map(Ledger::payloadOf);
      if (near.isPresent()) {
        return near;
      }
      return unlessMissing(
          "read ledger " + id() + ", entry " + entry,
          handle.readUnconfirmedAsync(entry, entry).thenApply(Ledger::bytesOf));
    }

    /// Frames have a checksum of their own, which whoever decodes them looks at.
    private static byte[] payloadOf(ByteBuf stored) {
      try {
        stored.skipBytes(ENTRY_HEADER_BYTES);
        return ByteBufUtil.getBytes(stored);
      } finally {
        stored.release();
      }
    }

    private static byte[] bytesOf(LedgerEntries entries) {
      try (entries) {
        return entries.iterator().next().getEntryBytes();
      }
    }

    @Override
    public List<byte[]> read(long first, long last) {
      if (first < 0 || last < first || last > lastConfirmed()) {
        throw new IllegalArgumentException(
            "ledger %d: entries %d..%d, %d is the last confirmed"
                .formatted(id(), first, last, lastConfirmed()));
      }
      List<byte[]> read = new ArrayList<>((int) (last - first + 1));
      for (long entry = first; entry <= last; entry++) {
        Optional<byte[]> near = nearby.find(id(), entry).map(Ledger::payloadOf);
        if (near.isEmpty()) {
          readAfar(entry, last, read);
          break;
        }
        read.add(near.get());
      }
      return read;
    }

    private void readAfar(long first, long last, List<byte[]> read) {
      String what = "read ledger " + id() + " from entry " + first;
      try (LedgerEntries entries = await(what, handle.readUnconfirmedAsync(first, last))) {
        for (LedgerEntry entry : entries) {
          read.add(entry.getEntryBytes());
        }
      }
    }

    @Override
    public void close() {
      handle.closeAsync();
    }
  }

  /// A ledger that this process writes.
  private final class OwnLedger extends Ledger<WriteHandle> implements WritableLedger {
    private final boolean few;

    OwnLedger(WriteHandle handle, boolean few) {
      super(handle);
      this.few = few;
    }

    @Override
    public CompletableFuture<Long> append(byte[] entry) {
      CompletableFuture<Long> appended = new CompletableFuture<>();
      handle
          .appendAsync(Unpooled.wrappedBuffer(entry))
          .whenComplete((number, error) -> {
            if (error == null) {
              appended.complete(number);
            } else {
              appended.completeExceptionally(
                  LedgerErrors.translate("append to ledger " + id(), error));
            }
          });
      return appended;
    }

    @Override
    public boolean isDegraded() {
      Set<BookieId> present = writable;
      List<BookieId> ensemble = handle.getLedgerMetadata().getAllEnsembles().lastEntry().getValue();
      return (few && present.size() >= config.ensembleSize()) || !present.containsAll(ensemble);
    }

    @Override
    public void close() {
      try {
        await("close ledger " + id(), handle.closeAsync());
      } catch (RuntimeException e) {
        // Whoever needs to know recovers the ledger.
        LedgerErrors.LOG.debug("ledger {} not closed", id(), e);
      }
    }
  }
}
