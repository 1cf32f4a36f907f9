package io.tidemark.log;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.redo.Frame;
import java.util.Optional;

/// Who may append which frame next: the rules of [RedoLog#fence] and [RedoLog#append], the same for
/// every log. Guarded by a lock of its owner.
public final class AppendOrder {
  private Epoch epoch;
  private boolean epochAppended;
  private Lsn end;

  /// A log that ends at `end`, last claimed by `epoch`; `epochAppended` if frames of it are there.
  public AppendOrder(Epoch epoch, boolean epochAppended, Lsn end) {
    this.epoch = epoch;
    this.epochAppended = epochAppended;
    this.end = end;
  }

  public Epoch epoch() {
    return epoch;
  }

  /// End of the last accepted frame.
  public Lsn end() {
    return end;
  }

  /// Whether `claim` raises the epoch; false if it repeats it harmlessly.
  ///
  /// @throws Fenced if it may not claim the log
  public boolean raises(Epoch claim) {
    int order = claim.compareTo(epoch);
    if (order < 0) {
      throw new Fenced("redo log: epoch " + claim + " is fenced by epoch " + epoch);
    }
    if (order == 0 && epochAppended) {
      throw new Fenced("redo log: epoch " + claim + " has appended already, claim a higher one");
    }
    return order > 0;
  }

  /// From here on only `claim` appends.
  public void claim(Epoch claim) {
    if (raises(claim)) {
      epoch = claim;
      epochAppended = false;
    }
  }

  /// Why `frame` cannot be appended now; empty if it can.
  public Optional<RuntimeException> refusal(Frame frame) {
    int order = frame.epoch().compareTo(epoch);
    if (order < 0) {
      return Optional.of(
          new Fenced("redo log: " + frame + " is fenced by epoch " + epoch + " at lsn " + end));
    }
    if (order > 0) {
      return Optional.of(
          new IllegalArgumentException(
              "redo log: " + frame + ": its epoch has not claimed the log, expected " + epoch));
    }
    if (!frame.startLsn().equals(end)) {
      return Optional.of(
          new IllegalArgumentException("redo log: " + frame + ": expected start lsn " + end));
    }
    return Optional.empty();
  }

  /// `frame` was accepted; the caller has seen no [#refusal].
  public void accept(Frame frame) {
    epochAppended = true;
    end = frame.endLsn();
  }
}
