package io.tidemark.log.feed;

import io.tidemark.storage.Lsn;

/// How far the log reaches, as a feed told it at a time of [System#nanoTime]. Immutable.
record FeedProgress(Lsn startLsn, Lsn durableLsn, long nanos) {
  /// What is known after `newer` was told: LSNs never go back, whichever feed they come from.
  FeedProgress and(FeedProgress newer) {
    return new FeedProgress(
        later(startLsn, newer.startLsn),
        later(durableLsn, newer.durableLsn),
        Math.max(nanos, newer.nanos));
  }

  private static Lsn later(Lsn one, Lsn other) {
    return one.isAfter(other) ? one : other;
  }
}
