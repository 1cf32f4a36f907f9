package io.tidemark.log.coordination;

import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one [ZooKeeperSession] alive, a new one after each that is lost, and waits for the answers
/// of calls on it, up to a deadline. Safe for use by any number of threads.
final class SessionKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final ZooKeeperConfig config;
  private final Consumer<ZooKeeperSession> connected;
  private final Consumer<String> pathChanged;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private @Nullable ZooKeeperSession session;
  private boolean closed;

  /// A call of ZooKeeper.
  @FunctionalInterface
  interface Call<T> {
    CompletableFuture<T> start(ZooKeeper zk);
  }

  /// `connected` is called with each session when it has a connection, again after each
  /// interruption.
  SessionKeeper(
      ZooKeeperConfig config, Consumer<ZooKeeperSession> connected, Consumer<String> pathChanged) {
    this.config = config;
    this.connected = connected;
    this.pathChanged = pathChanged;
  }

  void begin() throws IOException {
    lock.lock();
    try {
      if (!closed) {
        session = new ZooKeeperSession(config, this::stateChanged, pathChanged);
      }
    } finally {
      lock.unlock();
    }
  }

  /// When a call that begins now has to end, of [System#nanoTime].
  long deadline() {
    return System.nanoTime() + config.deadline().toNanos();
  }

  void beat() {
    ZooKeeperSession current = current();
    if (current != null) {
      current.beat();
    }
  }

  /// A call that may be made twice.
  <T> T repeatedly(long end, Call<T> call) throws KeeperException {
    while (true) {
      ZooKeeperSession on = connected(end);
      try {
        return await(call.start(on.zk()), end);
      } catch (KeeperException e) {
        if (e.code() == Code.SESSIONEXPIRED) {
          on.lose();
        } else if (e.code() != Code.CONNECTIONLOSS) {
          throw e;
        }
      }
    }
  }

  /// A call that is made once; if the answer is lost the caller learns that.
  <T> T once(long end, Call<T> call) throws KeeperException {
    return await(call.start(connected(end).zk()), end);
  }

  <T> T await(CompletableFuture<T> answer, long end) throws KeeperException {
    try {
      return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeeperException cause) {
        throw cause;
      }
      throw new IllegalStateException("zookeeper call failed", e.getCause());
    } catch (TimeoutException e) {
      throw new RetryLater("zookeeper " + config.servers() + ": no answer within the deadline", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// The session, once it has a connection.
  ZooKeeperSession connected(long end) {
    lock.lock();
    try {
      while (session == null || !session.isConnected()) {
        if (closed) {
          throw new IllegalStateException("coordination is closed");
        }
        changed.awaitNanos(left(end));
      }
      return session;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  /// Waits until `wanted` has a connection or is lost.
  void awaitConnection(ZooKeeperSession wanted, long end) {
    lock.lock();
    try {
      while (!closed && !wanted.isLost() && !wanted.isConnected()) {
        changed.awaitNanos(left(end));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    ZooKeeperSession last;
    lock.lock();
    try {
      closed = true;
      last = session;
      session = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close(CLOSE_WAIT);
    }
  }

  private long left(long end) {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new RetryLater("zookeeper " + config.servers() + ": no connection");
    }
    return left;
  }

  private RetryLater interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RetryLater("zookeeper " + config.servers() + ": interrupted", e);
  }

  private @Nullable ZooKeeperSession current() {
    lock.lock();
    try {
      return session;
    } finally {
      lock.unlock();
    }
  }

  private void stateChanged() {
    ZooKeeperSession old = null;
    ZooKeeperSession usable = null;
    lock.lock();
    try {
      if (session != null && session.isLost() && !closed) {
        LOG.info("zookeeper session lost, beginning a new one");
        old = session;
        begin();
      } else if (session != null && session.isConnected()) {
        usable = session;
      }
      changed.signalAll();
    } catch (IOException e) {
      LOG.error("zookeeper {}: no new session", config.servers(), e);
    } finally {
      lock.unlock();
    }
    if (old != null) {
      old.close(Duration.ofMillis(1));
    }
    if (usable != null) {
      connected.accept(usable);
    }
  }
}
