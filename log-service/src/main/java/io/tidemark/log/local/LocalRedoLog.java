package io.tidemark.log.local;

import io.tidemark.log.AppendOrder;
import io.tidemark.log.FrameWindow;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The redo log in preallocated segment files of one directory.
///
/// Frames are accepted by [AppendQueue], written and synced by the one thread of [LogWriter], kept
/// for readers at the tail in [FrameWindow]; [SegmentSupply] has the next file ready before it is
/// needed. How the end is found after a crash is told by [TailRecovery]. README.md has the whole
/// story.
///
/// Threads: as [RedoLog] says.
public final class LocalRedoLog implements RedoLog {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRedoLog.class);
  static final String LOCK = "lock";

  /// What a writer may still send when it hears that the log is nearly full.
  private static final long RESERVE_BYTES = 24 << 20;

  private final Disk disk;
  private final Closeable directoryLock;
  private final SegmentSupply supply;
  private final AppendQueue queue;
  private final FrameWindow window;
  private final LogWriter writer;
  private final Thread thread;
  private final long reserveBytes;

  /// Serialises those who change the directory: fence and trim.
  private final ReentrantLock directoryChange = new ReentrantLock();

  /// Replaced as a whole: appended to under the lock of the queue, cut by trim; see
  /// [#replaceSegments].
  private volatile Segment[] segments;

  // Guarded by directoryChange.
  private EpochFile epochFile;

  private volatile boolean closed;

  private LocalRedoLog(
      Disk disk,
      Closeable directoryLock,
      EpochFile epochFile,
      Recovered recovered,
      SegmentSupply supply,
      LocalRedoLogConfig config,
      LongSupplier salts) {
    this.disk = disk;
    this.directoryLock = directoryLock;
    this.epochFile = epochFile;
    this.segments = recovered.segments().toArray(Segment[]::new);
    this.supply = supply;
    this.reserveBytes = Math.min(RESERVE_BYTES, config.segmentBytes() / 2);
    boolean epochAppended = recovered.lastEpoch() == epochFile.epoch().value();
    Segment last = recovered.segments().isEmpty() ? null : recovered.segments().getLast();
    AppendOrder order = new AppendOrder(epochFile.epoch(), epochAppended, recovered.end());
    AppendQueue.Place place = new AppendQueue.Place(last, recovered.offset());
    this.queue =
        new AppendQueue(order, place, supply, this::addSegment, config.pendingBytes(), salts);
    this.window = new FrameWindow(config.windowBytes(), recovered.end().value());
    this.writer = new LogWriter(queue, window, new SegmentWriter(disk, queue, last), config);
    this.thread = Thread.ofPlatform().name("redo-log-writer").daemon().unstarted(writer);
  }

  /// Opens the log in `directory`, creating it if it is absent, and recovers its end.
  ///
  /// @throws RetryLater if another process, or another log of this one, has it open
  /// @throws Corrupt if it is damaged before its durable end
  public static LocalRedoLog open(Path directory, LocalRedoLogConfig config) {
    try {
      SecureRandom random = new SecureRandom();
      return open(LocalDisk.open(directory), config, random::nextLong);
    } catch (IOException e) {
      throw new RetryLater("redo log directory " + directory + ": " + e, e);
    }
  }

  /// Opens the log on a disk of the caller's. `salts` gives a random number for each segment.
  public static LocalRedoLog open(Disk disk, LocalRedoLogConfig config, LongSupplier salts) {
    try {
      Closeable lock = disk.lock(LOCK);
      try {
        LocalRedoLog log = recover(disk, lock, config, salts);
        log.thread.start();
        return log;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new RetryLater("redo log " + disk.pathOf("") + ": cannot be opened: " + e, e);
    }
  }

  /// The recovered log: its segments, where the next entry goes, and who wrote last.
  private record Recovered(
      List<Segment> segments, long offset, Lsn end, long lastEpoch, long nextSequence) {}

  private static LocalRedoLog recover(
      Disk disk, Closeable lock, LocalRedoLogConfig config, LongSupplier salts) throws IOException {
    SegmentDirectory directory = SegmentDirectory.list(disk);
    try {
      EpochFile epoch = readEpoch(disk, directory);
      Recovered recovered = recoverEnd(disk, directory);
      checkEnd(disk, epoch, recovered);
      LOG.info("redo log {} ends at lsn {}", disk.pathOf(""), recovered.end());
      SegmentSupply supply =
          SegmentSupply.start(
              disk,
              config.segmentBytes(),
              recovered.nextSequence(),
              keepPrepared(disk, directory, recovered.nextSequence(), config.segmentBytes()),
              keepRecycled(disk, directory, config.segmentBytes()));
      return new LocalRedoLog(disk, lock, epoch, recovered, supply, config, salts);
    } catch (IOException | RuntimeException e) {
      SegmentDirectory.close(directory.segments());
      throw e;
    }
  }

  private static EpochFile readEpoch(Disk disk, SegmentDirectory directory) throws IOException {
    if (disk.list().contains(EpochFile.NAME)) {
      return EpochFile.read(disk);
    }
    if (!directory.segments().isEmpty()) {
      throw new Corrupt("epoch file " + disk.pathOf(EpochFile.NAME) + ": missing beside segments");
    }
    EpochFile first = new EpochFile(new Epoch(0), Lsn.ZERO);
    first.write(disk);
    return first;
  }

  private static Recovered recoverEnd(Disk disk, SegmentDirectory directory) throws IOException {
    List<Segment> segments = directory.segments();
    if (segments.isEmpty()) {
      long next = directory.waiting().isEmpty() ? 1 : directory.waiting().getFirst();
      return new Recovered(List.of(), 0, Lsn.ZERO, -1, next);
    }
    Segment last = segments.getLast();
    TailRecovery.Tail tail = TailRecovery.recover(disk, last);
    return new Recovered(segments, tail.offset(), tail.lsn(), tail.epoch(), last.sequence() + 1);
  }

  private static void checkEnd(Disk disk, EpochFile epoch, Recovered recovered) {
    if (recovered.end().isBefore(epoch.claimedAt())) {
      throw new Corrupt(
          "redo log %s: ends at lsn %s, but epoch %s claimed it at lsn %s: files are missing"
              .formatted(disk.pathOf(""), recovered.end(), epoch.epoch(), epoch.claimedAt()));
    }
    if (recovered.lastEpoch() > epoch.epoch().value()) {
      throw new Corrupt(
          "redo log %s: holds frames of epoch %d, the epoch file says %s"
              .formatted(disk.pathOf(""), recovered.lastEpoch(), epoch.epoch()));
    }
  }

  /// Keeps the first file that is not started if it fits, and deletes the others.
  private static SegmentSupply.@Nullable Prepared keepPrepared(
      Disk disk, SegmentDirectory directory, long nextSequence, long segmentBytes)
      throws IOException {
    SegmentSupply.Prepared kept = null;
    for (long sequence : directory.waiting()) {
      String name = Segment.nameOf(sequence);
      DiskFile file = disk.open(name);
      long size = file.size();
      if (kept == null && sequence == nextSequence && size == segmentBytes) {
        kept = new SegmentSupply.Prepared(sequence, file, size);
      } else {
        file.close();
        disk.delete(name);
      }
    }
    return kept;
  }

  private static List<String> keepRecycled(Disk disk, SegmentDirectory directory, long segmentBytes)
      throws IOException {
    List<String> kept = List.of();
    for (String name : directory.recycled()) {
      long size;
      try (DiskFile file = disk.open(name)) {
        size = file.size();
      }
      if (kept.isEmpty() && size == segmentBytes) {
        kept = List.of(name);
      } else {
        disk.delete(name);
      }
    }
    return kept;
  }

  @Override
  public Lsn fence(Epoch epoch) {
    directoryChange.lock();
    try {
      Lsn end = queue.fence(epoch);
      if (!epochFile.epoch().equals(epoch)) {
        EpochFile claimed = new EpochFile(epoch, end);
        claimed.write(disk);
        epochFile = claimed;
        LOG.info("redo log claimed by epoch {} at lsn {}", epoch, end);
      }
      return end;
    } catch (IOException e) {
      throw new RetryLater("epoch file " + disk.pathOf(EpochFile.NAME) + ": " + e, e);
    } finally {
      directoryChange.unlock();
    }
  }

  @Override
  public Epoch currentEpoch() {
    return queue.epoch();
  }

  @Override
  public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    CompletableFuture<Lsn> future = queue.append(frame, durability);
    queue.signal();
    return future;
  }

  @Override
  public CompletableFuture<Lsn> appendAndSync(Frame frame) {
    CompletableFuture<Lsn> future = queue.append(frame, Durability.DISK);
    if (!future.isDone() && (Thread.currentThread().isInterrupted() || !writer.tryWork())) {
      queue.signal();
    }
    return future;
  }

  @Override
  public boolean isNearlyFull() {
    return supply.isOutOfSpace() && queue.roomBytes() < reserveBytes;
  }

  @Override
  public Lsn startLsn() {
    Segment[] current = segments;
    return current.length == 0 ? durableLsn() : Lsn.of(current[0].firstLsn());
  }

  @Override
  public Lsn durableLsn() {
    return Lsn.of(queue.durableLsn());
  }

  @Override
  public RedoReader openReader(Lsn from) {
    if (closed) {
      throw new RetryLater("redo log: closed");
    }
    checkReadable(from.value());
    long end = queue.endLsn();
    if (from.value() > end) {
      throw new Corrupt("redo log: lsn " + from + " is behind the end " + end);
    }
    return new LocalRedoReader(this, window, from.value());
  }

  @Override
  public void trim(Lsn lsn) {
    directoryChange.lock();
    try {
      // A segment that begins at the durable end may have no header on disk yet: the one before it
      // still says where the log ends.
      long limit = Math.min(lsn.value(), queue.durableLsn() - 1);
      boolean trimmed = false;
      while (segments.length > 1 && segments[1].firstLsn() <= limit && !closed) {
        Segment oldest = segments[0];
        replaceSegments(null);
        supply.recycle(oldest);
        trimmed = true;
      }
      if (trimmed) {
        disk.syncDirectory();
        LOG.info("redo log trimmed below lsn {}", startLsn());
      }
    } catch (IOException e) {
      throw new RetryLater("redo log " + disk.pathOf("") + ": trim failed: " + e, e);
    } finally {
      directoryChange.unlock();
    }
  }

  /// Frames, bytes and syncs since the log was opened.
  public LogCounters counters() {
    return writer.counters(supply);
  }

  /// Makes everything durable, leaves a mark behind it, and lets go of the directory.
  @Override
  public void close() {
    directoryChange.lock();
    try {
      if (closed) {
        return;
      }
      queue.close();
      SegmentSupply.joinUninterruptibly(thread);
      closed = true;
      window.wake();
      supply.close();
      SegmentDirectory.close(Arrays.asList(segments));
      directoryLock.close();
    } catch (IOException e) {
      throw new RetryLater("redo log " + disk.pathOf("") + ": close failed: " + e, e);
    } finally {
      directoryChange.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  void checkReadable(long lsn) {
    long start = startLsn().value();
    if (lsn < start) {
      throw new Corrupt("redo log: lsn " + lsn + " was trimmed away, the log starts at " + start);
    }
  }

  /// The segment with the byte behind `lsn`.
  Segment segmentOf(long lsn) {
    Segment[] current = segments;
    for (int i = current.length - 1; i >= 0; i--) {
      if (current[i].firstLsn() <= lsn) {
        return current[i];
      }
    }
    throw new Corrupt("redo log: lsn " + lsn + " was trimmed away");
  }

  DiskFile openFile(String name) throws IOException {
    return disk.open(name);
  }

  String pathOf(String name) {
    return disk.pathOf(name);
  }

  private void addSegment(Segment segment) {
    replaceSegments(segment);
  }

  /// Adds `added` at the end, or removes the first if it is null. The two happen on different
  /// threads.
  private synchronized void replaceSegments(@Nullable Segment added) {
    Segment[] old = segments;
    if (added == null) {
      segments = Arrays.copyOfRange(old, 1, old.length);
      return;
    }
    Segment[] longer = Arrays.copyOf(old, old.length + 1);
    longer[old.length] = added;
    segments = longer;
  }
}
