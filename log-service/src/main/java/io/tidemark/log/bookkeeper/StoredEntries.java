package io.tidemark.log.bookkeeper;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.bookkeeper.client.RoundRobinDistributionSchedule;
import org.apache.bookkeeper.client.api.LedgerEntries;
import org.apache.bookkeeper.client.api.LedgerEntry;
import org.apache.bookkeeper.client.api.LedgerMetadata;
import org.apache.bookkeeper.client.api.ReadHandle;
import org.apache.bookkeeper.net.BookieId;
import org.apache.bookkeeper.proto.LedgerMetadataFormat.DigestType;
import org.apache.bookkeeper.proto.checksum.DigestManager;
import org.apache.bookkeeper.util.ByteBufList;

/// The confirmed entries of a ledger in the form in which bookies store them, for a bookie that
/// ought to have them and does not. They are read from whichever bookie has them.
///
/// Such an entry can be given to its bookies at any time, also while the ledger is being written or
/// recovered: two of them have it, so it stays in the ledger whatever happens.
///
/// Confined to one thread.
public final class StoredEntries implements AutoCloseable {
  private final ReadHandle handle;
  private final DigestManager digests;
  private final byte[] ledgerKey;
  private final Function<CompletableFuture<LedgerEntries>, LedgerEntries> await;

  /// @param await waits for an answer of the bookies, or throws what it means that there is none
  StoredEntries(
      ReadHandle handle,
      byte[] password,
      Function<CompletableFuture<LedgerEntries>, LedgerEntries> await) {
    this.handle = handle;
    this.await = await;
    try {
      this.ledgerKey = DigestManager.generateMasterKey(password);
      this.digests =
          DigestManager.instantiate(
              handle.getId(), password, DigestType.CRC32C, UnpooledByteBufAllocator.DEFAULT, false);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JVM without the digests of BookKeeper", e);
    }
  }

  /// By which a bookie knows whoever may add to the ledger.
  public byte[] ledgerKey() {
    return ledgerKey.clone();
  }

  /// Number of the last entry that was confirmed when this was opened; -1 if none was.
  public long lastConfirmed() {
    return handle.getLastAddConfirmed();
  }

  /// Whether there is none behind that.
  public boolean isClosed() {
    return handle.getLedgerMetadata().isClosed();
  }

  /// Whether `bookie` ought to have the entry.
  public boolean belongsTo(String bookie, long entry) {
    LedgerMetadata metadata = handle.getLedgerMetadata();
    List<BookieId> ensemble = metadata.getEnsembleAt(entry);
    int index = ensemble.indexOf(BookieId.parse(bookie));
    return index >= 0
        && new RoundRobinDistributionSchedule(
                metadata.getWriteQuorumSize(), metadata.getAckQuorumSize(), ensemble.size())
            .hasEntry(entry, index);
  }

  /// A confirmed entry as bookies store it.
  ///
  /// @throws io.tidemark.storage.error.Corrupt if it is damaged or gone on all nodes
  public ByteBuf read(long number) {
    try (LedgerEntries entries = await.apply(handle.readAsync(number, number))) {
      LedgerEntry entry = entries.getEntry(number);
      ByteBuf payload = Unpooled.wrappedBuffer(entry.getEntryBytes());
      ByteBufList packed =
          (ByteBufList)
              digests.computeDigestAndPackageForSending(
                  number, number - 1, entry.getLength(), payload, ledgerKey, 0);
      return ByteBufList.coalesce(packed);
    }
  }

  @Override
  public void close() {
    handle.closeAsync();
  }
}
