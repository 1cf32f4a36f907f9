package io.tidemark.mysql;

import io.tidemark.mysql.wire.Deadline;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The open connections of a server. Thread-safe.
final class Connections {
  /// Younger logins are not given up for newer ones.
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int maxConnections;
  private final int maxLogins;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  /// Those not logged in, oldest first; guarded by `lock`.
  private final LinkedHashSet<Connection> logins = new LinkedHashSet<>();

  Connections(int maxConnections, int maxLogins) {
    this.maxConnections = maxConnections;
    this.maxLogins = maxLogins;
  }

  int size() {
    return open.size();
  }

  /// Adds a connection that has just been accepted; false if there are too many. If too many have
  /// not logged in, the oldest of them makes room: a flood of silent connections cannot keep others
  /// out.
  boolean tryAdd(Connection connection) {
    if (open.size() >= maxConnections) {
      return false;
    }
    Connection oldest = null;
    lock.lock();
    try {
      if (logins.size() >= maxLogins) {
        oldest = logins.getFirst();
        if (System.nanoTime() - oldest.acceptedNanos() < PATIENCE_NANOS) {
          return false;
        }
        logins.removeFirst();
      }
      logins.addLast(connection);
    } finally {
      lock.unlock();
    }
    open.add(connection);
    if (oldest != null) {
      oldest.abort();
    }
    return true;
  }

  void loggedIn(Connection connection) {
    lock.lock();
    try {
      logins.remove(connection);
    } finally {
      lock.unlock();
    }
  }

  void remove(Connection connection) {
    open.remove(connection);
    lock.lock();
    try {
      logins.remove(connection);
      closed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<Connection> list() {
    return new ArrayList<>(open);
  }

  /// Ends those that have waited for longer than they may.
  void endOverdue() {
    long now = System.nanoTime();
    for (Connection connection : open) {
      Deadline deadline = connection.deadline();
      if (deadline.isOver(now)) {
        if (deadline.phase() == Deadline.Phase.IDLE) {
          connection.end(MySqlError.CLIENT_INTERACTION_TIMEOUT);
        } else {
          connection.abort();
        }
      }
    }
  }

  /// Waits until none is open; false if `nanos` were not enough.
  boolean awaitNone(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (!open.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = closed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
