package io.tidemark.log.bookkeeper;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.VersionedValue;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The [LedgerChain] of one log, in coordination. Safe for use by any number of threads.
final class ChainStore {
  private static final int MAX_ATTEMPTS = 100;

  private final Coordination coordination;
  private final String key;

  /// The last chain read, for those who can do with what was true a moment ago.
  private volatile LedgerChain seen = LedgerChain.EMPTY;

  ChainStore(Coordination coordination, String key) {
    this.coordination = coordination;
    this.key = key;
  }

  LedgerChain read() {
    Optional<VersionedValue> value = coordination.find(key);
    if (value.isPresent()) {
      seen = LedgerChain.decode(key, value.get().bytes());
    }
    return seen;
  }

  /// As [#read], or what was read last if coordination does not answer.
  LedgerChain readOrSeen() {
    try {
      return read();
    } catch (RetryLater e) {
      return seen;
    }
  }

  LedgerChain seen() {
    return seen;
  }

  /// What it means that a ledger is missing or damaged for one who claimed `epoch`: if somebody
  /// else has claimed the log since, the ledger may have been deleted rightly.
  TidemarkException explain(Corrupt damage, Epoch epoch, String owner) {
    LedgerChain chain = read();
    if (chain.isClaimedBy(epoch, owner)) {
      return damage;
    }
    Fenced fenced = chain.fences(epoch);
    fenced.addSuppressed(damage);
    return fenced;
  }

  /// Replaces the chain by what `change` makes of it, again if somebody else was faster. `change`
  /// must recognise a change of its own that was made although the answer was lost.
  LedgerChain change(UnaryOperator<LedgerChain> change) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<VersionedValue> value = coordination.find(key);
      if (value.isEmpty()) {
        coordination.create(key, LedgerChain.EMPTY.encode());
        continue;
      }
      LedgerChain old = LedgerChain.decode(key, value.get().bytes());
      LedgerChain changed = change.apply(old);
      if (changed.equals(old)
          || coordination.replace(key, changed.encode(), value.get().version()).isPresent()) {
        seen = changed;
        return changed;
      }
    }
    throw new RetryLater("ledger chain " + key + ": others changed it all the time");
  }
}
