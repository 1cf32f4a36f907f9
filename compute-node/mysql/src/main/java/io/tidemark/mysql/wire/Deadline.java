package io.tidemark.mysql.wire;

import java.util.concurrent.TimeUnit;

/// What a connection's thread is waiting for and until when it may. Written by that thread, read by
/// the watchdog.
public final class Deadline {
  private final long readNanos;
  private final long writeNanos;
  private long idleNanos;
  private boolean loggingIn = true;

  /// Published by the volatile write of `phase` that follows each write of it.
  private long at;

  private volatile Phase phase = Phase.LOGIN;

  /// What the connection's thread is doing.
  public enum Phase {
    /// Anything before the session is open, with one deadline for all of it.
    LOGIN,
    /// Waiting for a command.
    IDLE,
    /// Waiting for the rest of a packet.
    READING,
    /// Waiting for the client to take bytes.
    WRITING,
    /// Executing.
    BUSY
  }

  public Deadline(long loginMillis, long readMillis, long writeMillis) {
    this.readNanos = TimeUnit.MILLISECONDS.toNanos(readMillis);
    this.writeNanos = TimeUnit.MILLISECONDS.toNanos(writeMillis);
    this.at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(loginMillis);
  }

  public Phase phase() {
    return phase;
  }

  /// Whether the wait of the current phase has lasted too long at `now` of [System#nanoTime].
  public boolean isOver(long now) {
    return phase != Phase.BUSY && now - at > 0;
  }

  /// The login has succeeded: from here on each wait has its own deadline.
  public void loggedIn() {
    loggingIn = false;
    phase = Phase.BUSY;
  }

  /// Sets how long the next [#idle] may last.
  public void idleTimeout(int seconds) {
    idleNanos = TimeUnit.SECONDS.toNanos(seconds);
  }

  void idle() {
    enter(Phase.IDLE, idleNanos);
  }

  void reading() {
    enter(Phase.READING, readNanos);
  }

  void writing() {
    enter(Phase.WRITING, writeNanos);
  }

  void busy() {
    if (!loggingIn) {
      phase = Phase.BUSY;
    }
  }

  private void enter(Phase next, long nanos) {
    if (!loggingIn) {
      at = System.nanoTime() + nanos;
      phase = next;
    }
  }
}
