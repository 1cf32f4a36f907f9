package io.tidemark.log.feed;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.log.TailHint;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Delay from a frame's durability to its subscriber, with a log in memory: idle (a frame each 20
/// ms) and under load (2,000 frames of 8 KiB a second), with 1 and with 8 subscribers.
final class RedoFeedBench {
  private RedoFeedBench() {}

  public static void main(String[] args) throws Exception {
    for (int subscribers : new int[] {1, 8}) {
      run("warm-up", subscribers, 4000, 8192, 500_000);
      run("load", subscribers, 10_000, 8192, 500_000);
      run("idle", subscribers, 200, 300, 20_000_000);
    }
  }

  private static void run(String name, int subscribers, int frames, int bytes, long everyNanos)
      throws Exception {
    MemoryRedoLog log = MemoryRedoLog.create();
    log.fence(new Epoch(1));
    AtomicLongArray written = new AtomicLongArray(frames);
    long[][] delays = new long[subscribers][frames];
    try (FeedNode feed = FeedNode.start(RedoFeedConfig.DEFAULT, log, TailHint.NONE);
        FeedRedoSource source =
            FeedRedoSource.open(
                List.of(feed.address()), NodeCredentials.none(), FeedRedoSource.Config.DEFAULT)) {
      Thread[] readers = new Thread[subscribers];
      for (int i = 0; i < subscribers; i++) {
        RedoReader reader = source.openReader(Lsn.ZERO);
        long[] own = delays[i];
        readers[i] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int frame = 0; frame < frames; frame++) {
                    if (reader.next(Duration.ofSeconds(30)).isEmpty()) {
                      throw new IllegalStateException("no frame " + frame);
                    }
                    own[frame] = System.nanoTime() - written.get(frame);
                  }
                  reader.close();
                });
      }
      Lsn end = Lsn.ZERO;
      long next = System.nanoTime();
      for (int i = 0; i < frames; i++) {
        Frame frame = Frames.frame(1, end, i, bytes);
        end = frame.endLsn();
        while (System.nanoTime() < next) {
          LockSupport.parkNanos(next - System.nanoTime());
        }
        next += everyNanos;
        written.set(i, System.nanoTime());
        log.append(frame, Durability.DISK);
      }
      for (Thread reader : readers) {
        reader.join();
      }
    }
    long[] all = Arrays.stream(delays).flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "feed %s, %d subscribers: p50 %.0f us, p99 %.0f us, max %.0f us%n",
        name,
        subscribers,
        all[all.length / 2] / 1e3,
        all[all.length * 99 / 100] / 1e3,
        all[all.length - 1] / 1e3);
  }
}
