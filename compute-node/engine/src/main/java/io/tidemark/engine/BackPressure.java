package io.tidemark.engine;

import java.time.Duration;

/// Whether a writer slows its commits, and why. Immutable.
///
/// @param behind who is furthest behind, where the writer slows; else empty
/// @param lagBytes redo that is durable and that not all page servers have uploaded, as last seen
/// @param limitBytes from where on it slows; 0 if it never does
/// @param delay by which a commit is late now; zero if the writer does not slow
/// @param delayedCommits since the start
/// @param delayedTime of all of them together
public record BackPressure(
    String behind,
    long lagBytes,
    long limitBytes,
    Duration delay,
    long delayedCommits,
    Duration delayedTime) {
  /// On a node that does not write.
  public static final BackPressure NONE =
      new BackPressure("", 0, 0, Duration.ZERO, 0, Duration.ZERO);

  public boolean isActive() {
    return !delay.isZero();
  }
}
