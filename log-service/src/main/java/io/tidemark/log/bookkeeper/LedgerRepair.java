package io.tidemark.log.bookkeeper;

import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.log.bookkeeper.LedgerStore.WritableLedger;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a [LedgerWriter] comes from one ledger to the next: closes the old one, which tells what is
/// in it, and puts the spare one behind it in the chain. README.md has the protocol.
///
/// Each attempt may fail and finds what earlier ones have achieved. Confined to the scheduler's
/// thread; holds no lock.
final class LedgerRepair {
  private final LedgerStore store;
  private final ChainStore chains;
  private final String owner;
  private final Epoch epoch;
  private final SpareLedger spare;

  LedgerRepair(LedgerWriter.Parts parts, Epoch epoch, SpareLedger spare) {
    this.store = parts.store();
    this.chains = parts.chains();
    this.owner = parts.owner();
    this.epoch = epoch;
    this.spare = spare;
  }

  /// One attempt; returns the ledger that is the open end of the chain now.
  ///
  /// @param old the ledger to leave; null if an earlier attempt has closed it
  /// @param failure why it is left; null if it is only large or old
  /// @param closed hears the number of the old ledger's last entry
  /// @param end where the next ledger begins, behind `closed`
  /// @throws Fenced if the epoch has lost the log
  /// @throws io.tidemark.storage.error.RetryLater or [io.tidemark.storage.error.Exhausted] if it
  ///   cannot be done yet
  WritableLedger replace(
      @Nullable WritableLedger old,
      @Nullable Throwable failure,
      LongConsumer closed,
      Supplier<Lsn> end) {
    if (failure instanceof Fenced) {
      LedgerChain chain = chains.read();
      if (!chain.isClaimedBy(epoch, owner)) {
        throw chain.fences(epoch);
      }
    }
    if (old != null) {
      old.close();
      closed.accept(recover(old.id()));
    }
    WritableLedger next = spare.get();
    chains.change(chain -> follow(chain, end.get(), next.id()));
    return next;
  }

  private long recover(long id) {
    try (ReadableLedger ledger = store.recover(id)) {
      return ledger.lastConfirmed();
    } catch (Corrupt e) {
      throw chains.explain(e, epoch, owner);
    }
  }

  private LedgerChain follow(LedgerChain chain, Lsn end, long next) {
    if (!chain.isClaimedBy(epoch, owner)) {
      throw chain.fences(epoch);
    }
    if (chain.last().filter(span -> span.id() == next).isPresent()) {
      return chain;
    }
    return chain.closeLast(end).add(next);
  }
}
