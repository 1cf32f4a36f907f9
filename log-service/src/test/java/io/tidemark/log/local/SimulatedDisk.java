package io.tidemark.log.local;

import io.tidemark.storage.error.RetryLater;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/// A disk in memory that forgets what was not synced.
///
/// [#crash] gives the disk after a power cut: of the sectors written since the last sync of their
/// file a random half is there; of the directory changes since the last sync of the directory a
/// random prefix. It also fails writes on demand. Guarded by itself.
final class SimulatedDisk implements Disk {
  private static final int SECTOR_BYTES = 512;

  private final Random random;
  private final TreeMap<String, Content> names = new TreeMap<>();
  private final List<TreeMap<String, Content>> unsyncedNames = new ArrayList<>();
  private long capacityBytes = Long.MAX_VALUE;
  private boolean allocatesOnOverwrite;
  private IOException forceFailure;
  private boolean locked;
  private boolean paused;

  /// The bytes of a file, now and as of the last sync.
  private static final class Content {
    private byte[] now = new byte[0];
    private byte[] synced = new byte[0];
    private final TreeSet<Integer> dirtySectors = new TreeSet<>();
  }

  SimulatedDisk(long seed) {
    random = new Random(seed);
    unsyncedNames.add(new TreeMap<>());
  }

  /// What a power cut leaves. The old disk must not be used any more.
  synchronized SimulatedDisk crash() {
    SimulatedDisk after = new SimulatedDisk(random.nextLong());
    TreeMap<String, Content> survived = unsyncedNames.get(random.nextInt(unsyncedNames.size()));
    survived.forEach((name, content) -> after.names.put(name, afterCrash(content)));
    after.syncDirectory();
    return after;
  }

  private Content afterCrash(Content content) {
    int size = random.nextBoolean() ? content.now.length : content.synced.length;
    Content left = new Content();
    left.now = Arrays.copyOf(content.synced, size);
    for (int sector : content.dirtySectors) {
      int from = sector * SECTOR_BYTES;
      int to = Math.min(from + SECTOR_BYTES, Math.min(size, content.now.length));
      if (random.nextBoolean() && from < to) {
        System.arraycopy(content.now, from, left.now, from, to - from);
      }
    }
    left.synced = left.now.clone();
    return left;
  }

  /// From here on the disk holds so many bytes in all.
  synchronized void limit(long bytes) {
    capacityBytes = bytes;
  }

  /// From here on writes fail, also those within a file.
  synchronized void failWrites(boolean fail) {
    allocatesOnOverwrite = fail;
  }

  synchronized void failForce(IOException failure) {
    forceFailure = failure;
  }

  /// Syncs wait from here on, until [#resume].
  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  /// The bytes of a file, to be damaged by the test.
  synchronized byte[] bytesOf(String name) {
    return names.get(name).now;
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new SimulatedFile(content);
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    Content content = new Content();
    names.put(name, content);
    namesChanged();
    return new SimulatedFile(content);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Content content = names.remove(from);
    if (content == null) {
      throw new NoSuchFileException(from);
    }
    names.put(to, content);
    namesChanged();
  }

  @Override
  public synchronized void delete(String name) {
    names.remove(name);
    namesChanged();
  }

  @Override
  public synchronized void syncDirectory() {
    unsyncedNames.clear();
    unsyncedNames.add(new TreeMap<>(names));
  }

  @Override
  public synchronized long freeBytes() {
    long used = names.values().stream().mapToLong(content -> content.now.length).sum();
    return capacityBytes - used;
  }

  @Override
  public synchronized Closeable lock(String name) {
    if (locked) {
      throw new RetryLater("locked");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public String pathOf(String name) {
    return "/simulated/" + name;
  }

  private void namesChanged() {
    unsyncedNames.add(new TreeMap<>(names));
  }

  private final class SimulatedFile implements DiskFile {
    private final Content content;

    SimulatedFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return content.now.length;
      }
    }

    @Override
    public int read(ByteBuffer target, long position) {
      synchronized (SimulatedDisk.this) {
        int left = (int) Math.max(0, content.now.length - position);
        int count = Math.min(target.remaining(), left);
        target.put(content.now, (int) position, count);
        return count;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        int end = (int) position + source.remaining();
        int growth = Math.max(0, end - content.now.length);
        if (allocatesOnOverwrite || growth > freeBytes()) {
          throw new IOException("No space left on device");
        }
        if (growth > 0) {
          content.now = Arrays.copyOf(content.now, end);
        }
        for (int sector = (int) position / SECTOR_BYTES; sector * SECTOR_BYTES < end; sector++) {
          content.dirtySectors.add(sector);
        }
        source.get(content.now, (int) position, source.remaining());
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        while (paused) {
          try {
            SimulatedDisk.this.wait();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        if (forceFailure != null) {
          throw forceFailure;
        }
        if (content.synced.length != content.now.length) {
          content.synced = content.now.clone();
        }
        for (int sector : content.dirtySectors) {
          int from = sector * SECTOR_BYTES;
          int to = Math.min(from + SECTOR_BYTES, content.now.length);
          System.arraycopy(content.now, from, content.synced, from, to - from);
        }
        content.dirtySectors.clear();
      }
    }

    @Override
    public void close() {}
  }
}
