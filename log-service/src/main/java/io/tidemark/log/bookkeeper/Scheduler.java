package io.tidemark.log.bookkeeper;

/// The time and the one thread of a log's housekeeping, as a port: a simulation owns both. Tasks
/// run one at a time.
public interface Scheduler extends AutoCloseable {
  /// As [System#nanoTime].
  long nanoTime();

  void execute(Runnable task);

  void executeAfter(long nanos, Runnable task);

  /// Waits for the task that runs, and runs no other.
  @Override
  void close();
}
