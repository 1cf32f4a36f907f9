package io.tidemark.log.local;

import com.sun.management.OperatingSystemMXBean;
import io.tidemark.log.Frames;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Measures the commit path against what the disk alone can do. Run by hand: `java -cp ..
/// io.tidemark.log.local.LocalRedoLogBench [directory] [seconds for each line]`.
///
/// The line with 0 outstanding appends and syncs on the calling thread, as the engine's sender
/// does. Each other line keeps a number of appends outstanding, all asking for the disk, and starts
/// the next when one completes, as so many clients with small transactions would.
public final class LocalRedoLogBench {
  private static final int[] SIZES = {400, 4096, 16384};
  private static final int[] OUTSTANDING = {1, 8, 32, 128};

  private LocalRedoLogBench() {}

  public static void main(String[] arguments) throws Exception {
    Path root = arguments.length > 0 ? Path.of(arguments[0]) : Path.of("/tmp/redo-log-bench");
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Files.createDirectories(root);
    for (int size : SIZES) {
      double bare = bare(root, size, seconds);
      print("bare write and fdatasync, %d bytes: %.0f/s, %.0f us%n", size, bare, 1e6 / bare);
      log(root, size, 0, seconds, bare);
      for (int outstanding : OUTSTANDING) {
        log(root, size, outstanding, seconds, bare);
      }
    }
  }

  /// A loop of write and `fdatasync` on a preallocated file: the floor.
  private static double bare(Path root, int size, int seconds) throws IOException {
    Path path = root.resolve("bare");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (int i = 0; i < 64; i++) {
        file.write(zeros.clear(), (long) i << 20);
      }
      file.force(true);
      long count = 0;
      long start = System.nanoTime();
      long position = 0;
      while (System.nanoTime() - start < seconds * 1_000_000_000L) {
        position = position + size > 64 << 20 ? 0 : position;
        file.write(zeros.clear().limit(size), position);
        file.force(false);
        position += size;
        count++;
      }
      return count * 1e9 / (System.nanoTime() - start);
    } finally {
      Files.delete(path);
    }
  }

  private static void log(Path root, int size, int outstanding, int seconds, double bare)
      throws Exception {
    Path directory = Files.createTempDirectory(root, "log");
    AtomicLong done = new AtomicLong();
    try (LocalRedoLog log = LocalRedoLog.open(directory, LocalRedoLogConfig.DEFAULT)) {
      Lsn at = log.fence(new Epoch(1));
      Semaphore slots = new Semaphore(outstanding == 0 ? 1 : outstanding);
      boolean here = outstanding == 0;
      at = run(log, at, size, slots, done, 1, here);
      LogCounters before = log.counters();
      long from = done.get();
      long start = System.nanoTime();
      long cpu = cpuNanos();
      run(log, at, size, slots, done, seconds, here);
      slots.acquire(here ? 1 : outstanding);
      double elapsed = (System.nanoTime() - start) / 1e9;
      double rate = (done.get() - from) / elapsed;
      LogCounters after = log.counters();
      long syncs = after.syncs() - before.syncs();
      print(
          "  %3d outstanding: %6.0f appends/s (%.2fx bare), %.2f appends/sync, sync %.0f us,"
              + " cpu %.1f us/append%n",
          outstanding,
          rate,
          rate / bare,
          (double) (done.get() - from) / syncs,
          (double) (after.syncMicros() - before.syncMicros()) / syncs,
          (cpuNanos() - cpu) / 1e3 / (done.get() - from));
    }
  }

  private static Lsn run(
      LocalRedoLog log,
      Lsn start,
      int size,
      Semaphore slots,
      AtomicLong done,
      int seconds,
      boolean here)
      throws InterruptedException {
    Lsn at = start;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; System.nanoTime() < end; i++) {
      slots.acquire();
      Frame frame = Frames.frame(1, at, i, size - 60);
      (here ? log.appendAndSync(frame) : log.append(frame, Durability.DISK))
          .whenComplete((lsn, error) -> {
            done.incrementAndGet();
            slots.release();
          });
      at = frame.endLsn();
      log.trim(at);
    }
    return at;
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
  }
}
