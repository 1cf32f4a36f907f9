package io.tidemark.pageserver.ingest;

import io.tidemark.log.RedoReader;
import io.tidemark.pageserver.layer.LayerMap;
import io.tidemark.pageserver.layer.OpenLayer;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.Shard;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoRecordType;
import io.tidemark.storage.redo.Varint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads frames from the log and puts the changes of each page into the open layer; freezes the
/// layer when it is big or old enough.
///
/// Changes of an mtr become readable together: its LSN is published behind its last record. A layer
/// is frozen between two mtrs only.
///
/// While frozen layers wait for the object store, ingest waits with the next. If the store is full
/// it does not: it says so by [IngestProgress#isFull], and takes what the writer, who is told to
/// stop, has still sent. So all that is written can be read. Confined to the ingest thread, but for
/// [#close].
public final class RedoIngester implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RedoIngester.class);

  /// The newest format version of records and pages that this page server reads.
  private static final int NEWEST_FORMAT = 1;

  private static final Duration IDLE = Duration.ofMillis(200);

  private static final long FREEZE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// At the tail, how long redo gathers if nobody waits for it: a wake-up for each frame would cost
  /// more than the frame.
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /// How large the open layer gets, in times of its size, while the store is full.
  private static final int FULL_FACTOR = 2;

  private final RedoReader reader;
  private final Shard shard;
  private final LayerMap map;
  private final IngestProgress progress;
  private final BooleanSupplier storeFull;
  private final Limits limits;
  private final LongAdder ingestedBytes;
  private final RecordCursor cursor = new RecordCursor();
  private final long maxAgeNanos;
  private OpenLayer open;
  private volatile boolean closed;

  /// When the open layer freezes, and how many frozen ones may wait for the object store.
  public record Limits(long openLayerBytes, Duration openLayerAge, int maxFrozenLayers) {}

  /// The redo, and the shard whose pages are taken from it.
  public record Source(RedoReader reader, Shard shard) {}

  public RedoIngester(
      Source source,
      LayerMap map,
      IngestProgress progress,
      BooleanSupplier storeFull,
      Limits limits,
      LongAdder ingestedBytes) {
    this.reader = source.reader;
    this.shard = source.shard;
    this.map = map;
    this.progress = progress;
    this.storeFull = storeFull;
    this.limits = limits;
    this.ingestedBytes = ingestedBytes;
    this.maxAgeNanos = limits.openLayerAge.toNanos();
    this.open = map.view().open();
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        Optional<Frame> frame = next();
        if (frame.isPresent()) {
          ingest(frame.get());
        } else {
          freezeIfDue();
        }
      }
    } catch (TidemarkException e) {
      if (!closed) {
        LOG.error("ingest stopped at lsn {}: {}", progress.ingestedLsn(), e.getMessage(), e);
        progress.fail(e);
      }
    } catch (RuntimeException e) {
      LOG.error("ingest stopped at lsn {}", progress.ingestedLsn(), e);
      progress.fail(new Corrupt("ingest stopped at lsn " + progress.ingestedLsn(), e));
    }
  }

  /// The next frame; empty if there is none now, also because no feed of the log can be reached:
  /// the reader goes on looking for one, and says so now and then.
  private Optional<Frame> next() {
    try {
      Optional<Frame> frame = reader.next(Duration.ZERO);
      if (frame.isPresent()) {
        return frame;
      }
      progress.pause(GATHER_NANOS);
      return reader.next(IDLE);
    } catch (RetryLater e) {
      LOG.warn("ingest waits at lsn {}: {}", progress.ingestedLsn(), e.getMessage());
      return Optional.empty();
    }
  }

  /// Makes [#run] return soon.
  public void close() {
    closed = true;
  }

  private void ingest(Frame frame) {
    Lsn from = progress.ingestedLsn();
    if (frame.startLsn().isAfter(from)) {
      throw new Corrupt("redo log: expected a frame at lsn " + from + ", found " + frame);
    }
    frame.forEachMtr(from, this::ingestMtr);
    ingestedBytes.add(frame.endLsn().value() - from.value());
    progress.wake();
  }

  private void ingestMtr(long lsn, byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    freezeIfDue();
    cursor.reset(bytes, offset, length);
    long page = 0;
    boolean format = false;
    int start = 0;
    int end = 0;
    // Records of the same page that follow each other go in as one piece; a PAGE_FORMAT starts
    // anew.
    while (cursor.next()) {
      RedoRecordType type = cursor.type();
      if (!type.changesPage()) {
        noteLogical(type, lsn);
        continue;
      }
      if (!shard.has(cursor.packedPageId())) {
        continue;
      }
      boolean formats = type == RedoRecordType.PAGE_FORMAT;
      if (start != end
          && (cursor.packedPageId() != page || cursor.recordStart() != end || formats)) {
        open.append(page, lsn, format, bytes, start, end - start);
        start = end;
      }
      if (start == end) {
        page = cursor.packedPageId();
        start = cursor.recordStart();
        format = formats;
      }
      end = cursor.payloadEnd();
    }
    if (start != end) {
      open.append(page, lsn, format, bytes, start, end - start);
    }
    progress.advance(lsn);
  }

  private void noteLogical(RedoRecordType type, long lsn) {
    if (type == RedoRecordType.SPACE_DROPPED) {
      map.dropSpace((int) payloadNumber(), Lsn.of(lsn));
    } else if (type == RedoRecordType.FORMAT_GATE && payloadNumber() > NEWEST_FORMAT) {
      throw new Corrupt(
          "format gate at lsn %d: version %d, this page server reads up to %d"
              .formatted(lsn, payloadNumber(), NEWEST_FORMAT));
    }
  }

  private long payloadNumber() {
    return Varint.read(cursor.bytes(), cursor.payloadStart(), cursor.payloadEnd());
  }

  private void freezeIfDue() {
    if (open.sizeBytes() < limits.openLayerBytes && !isOld()) {
      return;
    }
    Lsn end = progress.ingestedLsn();
    if (end.equals(open.startLsn())) {
      return;
    }
    progress.wake();
    OpenLayer next = new OpenLayer(end, System.nanoTime());
    while (!map.tryFreeze(end, next, limits.maxFrozenLayers, freezeNanos())) {
      if (closed || map.isClosed() || mayGrow()) {
        return;
      }
    }
    open = next;
    progress.setFull(false);
  }

  private long freezeNanos() {
    return mayGrow() ? 0 : FREEZE_NANOS;
  }

  /// Whether the open layer is to take more although it should be frozen.
  private boolean mayGrow() {
    boolean full = storeFull.getAsBoolean();
    progress.setFull(full && open.sizeBytes() >= limits.openLayerBytes);
    return full && open.sizeBytes() < FULL_FACTOR * limits.openLayerBytes;
  }

  private boolean isOld() {
    return System.nanoTime() - open.createdNanos() >= maxAgeNanos;
  }
}
