package io.tidemark.sql.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Temporary files in memory that know how many of them are open, on a disk that may be full.
/// Thread-safe.
public final class CountedFiles implements TemporaryFiles {
  private final AtomicInteger created = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile long capacityBytes = Long.MAX_VALUE;

  /// From now on the disk holds no more than this.
  public void limit(long newCapacityBytes) {
    capacityBytes = newCapacityBytes;
  }

  /// How many files there were.
  public int created() {
    return created.get();
  }

  /// How many files are there.
  public int open() {
    return open.get();
  }

  @Override
  public TemporaryFile create() {
    open.incrementAndGet();
    return new MemoryFile("/tmp/spill-" + created.incrementAndGet());
  }

  private final class MemoryFile implements TemporaryFile {
    private final String name;
    private byte[] contents = new byte[1024];
    private int length;
    private boolean closed;

    MemoryFile(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void append(ByteBuffer more) throws IOException {
      checkOpen();
      int size = more.remaining();
      if (bytes.addAndGet(size) > capacityBytes) {
        bytes.addAndGet(-size);
        throw new IOException("No space left on device");
      }
      if (length + size > contents.length) {
        contents = Arrays.copyOf(contents, Math.max(contents.length * 2, length + size));
      }
      more.get(contents, length, size);
      length += size;
    }

    /// As a file system may, gives less than was asked for.
    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      checkOpen();
      if (position >= length) {
        return -1;
      }
      int size = Math.min(Math.min(target.remaining(), 1000), length - (int) position);
      target.put(contents, (int) position, size);
      return size;
    }

    private void checkOpen() throws IOException {
      if (closed) {
        throw new IOException(name + " is closed");
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
        bytes.addAndGet(-length);
      }
    }
  }
}
