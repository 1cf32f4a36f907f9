package io.tidemark.log.coordination;

import io.tidemark.log.coordination.Coordination.Watch;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls the watches of one [Coordination], one at a time, on a thread of its own. A watch whose
/// call is still to come is not called twice, so the queue holds at most one call for each.
///
/// Safe for use by any number of threads.
final class WatchCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCalls.class);

  private final Set<KeyWatch> watches = ConcurrentHashMap.newKeySet();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("coordination-watch").factory());

  Watch add(String key, Runnable changed) {
    KeyWatch watch = new KeyWatch(key, changed);
    watches.add(watch);
    watch.schedule();
    return watch;
  }

  /// The value of `key`, or whether there is one, may have changed.
  void changed(String key) {
    for (KeyWatch watch : watches) {
      if (Keys.covers(watch.key, key)) {
        watch.schedule();
      }
    }
  }

  /// Anything may have changed.
  void changedAll() {
    watches.forEach(KeyWatch::schedule);
  }

  @Override
  public void close() {
    watches.clear();
    thread.shutdown();
  }

  private final class KeyWatch implements Watch {
    private final String key;
    private final Runnable changed;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean closed;

    KeyWatch(String key, Runnable changed) {
      this.key = key;
      this.changed = changed;
    }

    void schedule() {
      if (scheduled.compareAndSet(false, true)) {
        try {
          thread.execute(this::call);
        } catch (RejectedExecutionException e) {
          closed = true;
        }
      }
    }

    private void call() {
      scheduled.set(false);
      if (closed) {
        return;
      }
      try {
        changed.run();
      } catch (RuntimeException e) {
        LOG.error("watch of key {} failed", key, e);
      }
    }

    @Override
    public void close() {
      closed = true;
      watches.remove(this);
    }
  }
}
