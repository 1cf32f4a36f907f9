package io.tidemark.log.coordination;

import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A coordination service inside one process, for `dev` and for tests: values in memory, and in a
/// directory if it was given one. Leases live in memory only, so none survives the process.
///
/// [#connect] gives the [Coordination] of one node; each has leases and watches of its own.
///
/// Safe for use by any number of threads; guarded by one lock, which is held over the sync of a
/// changed file.
public final class LocalCoordination implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCoordination.class);

  private final @Nullable ValueFiles files;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Session> sessions = new ArrayList<>();
  private boolean closed;

  /// A value, and whose lease it is if it is one.
  private record Entry(VersionedValue value, @Nullable LocalLease lease) {}

  private LocalCoordination(@Nullable ValueFiles files, Map<String, VersionedValue> values) {
    this.files = files;
    values.forEach((key, value) -> entries.put(key, new Entry(value, null)));
  }

  /// A service that forgets everything when it is closed.
  public static LocalCoordination inMemory() {
    return new LocalCoordination(null, Map.of());
  }

  /// A service whose values are in `directory`, which is created if it is absent.
  ///
  /// @throws RetryLater if somebody else has it open
  public static LocalCoordination open(Path directory) {
    try {
      ValueFiles files = ValueFiles.open(directory);
      try {
        return new LocalCoordination(files, files.readAll());
      } catch (IOException | RuntimeException e) {
        files.close();
        throw e;
      }
    } catch (IOException e) {
      throw new RetryLater("coordination directory " + directory + ": cannot be opened: " + e, e);
    }
  }

  /// The coordination of one node.
  public Session connect() {
    lock.lock();
    try {
      Session session = new Session();
      sessions.add(session);
      return session;
    } finally {
      lock.unlock();
    }
  }

  /// Ends all sessions and lets go of the directory.
  @Override
  public void close() {
    List<Session> open;
    lock.lock();
    try {
      open = List.copyOf(sessions);
      closed = true;
    } finally {
      lock.unlock();
    }
    open.forEach(Session::close);
    try {
      if (files != null) {
        files.close();
      }
    } catch (IOException e) {
      LOG.warn("coordination directory: close failed", e);
    }
  }

  private void put(String key, VersionedValue value, @Nullable LocalLease lease) {
    try {
      if (files != null && lease == null) {
        files.write(key, value);
      }
    } catch (IOException e) {
      throw new RetryLater("key " + key + ": " + e, e);
    }
    entries.put(key, new Entry(value, lease));
    notifyWatches(key);
  }

  private void remove(String key, @Nullable LocalLease lease) {
    try {
      if (files != null && lease == null) {
        files.delete(key);
      }
    } catch (IOException e) {
      throw new RetryLater("key " + key + ": " + e, e);
    }
    entries.remove(key);
    notifyWatches(key);
  }

  private void notifyWatches(String key) {
    for (Session session : sessions) {
      session.watches.changed(key);
    }
  }

  /// What one node sees of a [LocalCoordination].
  public final class Session implements Coordination {
    private final WatchCalls watches = new WatchCalls();

    private Session() {}

    @Override
    public Optional<VersionedValue> find(String key) {
      lock.lock();
      try {
        checkOpen();
        return Optional.ofNullable(entries.get(Keys.check(key))).map(Entry::value);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean create(String key, byte[] value) {
      lock.lock();
      try {
        checkOpen();
        if (entries.containsKey(Keys.check(key))) {
          return false;
        }
        put(key, new VersionedValue(Keys.check(key, value), 0), null);
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public OptionalLong replace(String key, byte[] value, long version) {
      lock.lock();
      try {
        checkOpen();
        Entry entry = entries.get(Keys.check(key));
        if (entry == null || entry.value().version() != version) {
          return OptionalLong.empty();
        }
        put(key, new VersionedValue(Keys.check(key, value), version + 1), entry.lease());
        return OptionalLong.of(version + 1);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean delete(String key, long version) {
      lock.lock();
      try {
        checkOpen();
        Entry entry = entries.get(Keys.check(key));
        if (entry == null || entry.value().version() != version) {
          return false;
        }
        remove(key, entry.lease());
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<String> children(String key) {
      lock.lock();
      try {
        checkOpen();
        String prefix = Keys.check(key) + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String below : entries.tailMap(prefix, false).keySet()) {
          if (!below.startsWith(prefix)) {
            break;
          }
          int end = below.indexOf('/', prefix.length());
          names.add(below.substring(prefix.length(), end < 0 ? below.length() : end));
        }
        return List.copyOf(names);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Lease lease(String key, byte[] value) {
      lock.lock();
      try {
        checkOpen();
        if (entries.containsKey(Keys.check(key))) {
          throw new RetryLater("lease of key " + key + ": somebody else holds it");
        }
        LocalLease lease = new LocalLease(this, key);
        put(key, new VersionedValue(Keys.check(key, value), 0), lease);
        return lease;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Watch watch(String key, Runnable changed) {
      return watches.add(Keys.check(key), changed);
    }

    /// Takes all leases away, as a service does with a node that it has not heard of for too long.
    /// The node goes on with a new session.
    public void expire() {
      lock.lock();
      try {
        for (Map.Entry<String, Entry> entry : List.copyOf(entries.entrySet())) {
          LocalLease lease = entry.getValue().lease();
          if (lease != null && lease.session == this) {
            remove(entry.getKey(), lease);
          }
        }
        watches.changedAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        expire();
        sessions.remove(this);
      } finally {
        lock.unlock();
      }
      watches.close();
    }

    private void checkOpen() {
      if (closed || !sessions.contains(this)) {
        throw new IllegalStateException("coordination is closed");
      }
    }
  }

  /// Held as long as its entry is there.
  private final class LocalLease implements Coordination.Lease {
    private final Session session;
    private final String key;

    LocalLease(Session session, String key) {
      this.session = session;
      this.key = key;
    }

    @Override
    public void update(byte[] value) {
      lock.lock();
      try {
        Entry entry = entries.get(key);
        if (entry == null || entry.lease() != this) {
          throw new Fenced("lease of key " + key + ": lost");
        }
        long version = entry.value().version() + 1;
        put(key, new VersionedValue(Keys.check(key, value), version), this);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean isHeld() {
      lock.lock();
      try {
        Entry entry = entries.get(key);
        return entry != null && entry.lease() == this;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (isHeld()) {
          remove(key, this);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
