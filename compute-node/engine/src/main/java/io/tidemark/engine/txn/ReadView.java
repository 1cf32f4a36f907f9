package io.tidemark.engine.txn;

/// Which versions one reader sees: those of transactions that ended at or below its snapshot, and
/// its own. Immutable.
public final class ReadView {
  private final CommitTable commits;
  private final long snapshot;
  private final long ownId;

  public ReadView(CommitTable commits, long snapshot, long ownId) {
    this.commits = commits;
    this.snapshot = snapshot;
    this.ownId = ownId;
  }

  public long snapshot() {
    return snapshot;
  }

  public boolean sees(long transactionId) {
    return transactionId == ownId || commits.isVisible(transactionId, snapshot);
  }
}
