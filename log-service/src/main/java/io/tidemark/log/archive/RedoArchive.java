package io.tidemark.log.archive;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead;
import io.tidemark.storage.archive.ArchiveSegment;
import io.tidemark.storage.archive.CommitTimes;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.object.ObjectKey;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.redo.Frame;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The archived redo of one timeline: segments in the object store, each under its start LSN.
///
/// Errors are those of [ObjectStore]; [Corrupt] names the object. Safe for any number of threads.
public final class RedoArchive {
  /// Enough for the head of any segment of usual size.
  private static final int HEAD_BYTES = 8 << 10;

  /// How many leading digits of a key are looked for first: segments are megabytes apart.
  private static final int CLOSE_DIGITS = 10;

  /// What stands behind the prefix; see [#key].
  private static final Pattern SEGMENT = Pattern.compile("[0-7][0-9a-f]{15}");

  private final ObjectStore store;
  private final String prefix;
  private volatile @Nullable Lsn start;

  /// The archive below `prefix`, such as `timelines/main/redo`; the store remains the caller's.
  public RedoArchive(ObjectStore store, String prefix) {
    this.store = store;
    this.prefix = ObjectKey.check(prefix) + "/";
  }

  /// Where the archive begins; empty if nothing is archived.
  public Optional<Lsn> findStart() {
    if (start == null) {
      List<Lsn> all = starts("");
      start = all.isEmpty() ? null : all.getFirst();
    }
    return Optional.ofNullable(start);
  }

  /// The last segment of the chain that `from` is in; empty if nothing is archived. Takes the
  /// longer the further `from` is from the end.
  public Optional<ArchiveHead> findLast(Lsn from) {
    Optional<Lsn> segment = floor(from).or(this::findStart);
    Optional<ArchiveHead> last = segment.flatMap(this::findHead);
    Optional<ArchiveHead> next = last.flatMap(head -> findHead(head.end()));
    while (next.isPresent()) {
      last = next;
      next = findHead(next.get().end());
    }
    return last;
  }

  /// The segment that holds the byte behind `lsn`; empty if none does.
  public Optional<ArchiveSegment> findHolding(Lsn lsn) {
    Optional<ArchiveSegment> exact = findSegment(lsn);
    return exact.isPresent()
        ? exact
        : floor(lsn)
            .flatMap(this::findSegment)
            .filter(segment -> segment.head().end().isAfter(lsn));
  }

  /// Whether a segment holds the byte behind `lsn`.
  boolean holds(Lsn lsn) {
    return floor(lsn).flatMap(this::findHead).filter(head -> head.end().isAfter(lsn)).isPresent();
  }

  /// The head of the segment that starts at `lsn`.
  public Optional<ArchiveHead> findHead(Lsn lsn) {
    String key = key(lsn);
    Optional<byte[]> beginning = store.get(key, 0, HEAD_BYTES);
    if (beginning.isEmpty()) {
      return Optional.empty();
    }
    String name = name(key);
    int size = ArchiveHead.sizeOf(name, beginning.get());
    Optional<byte[]> bytes = size > HEAD_BYTES ? store.get(key, 0, size) : beginning;
    return bytes.map(head -> checked(name, lsn, ArchiveHead.decode(name, head)));
  }

  /// The history as of a time: the LSN before the first commit later than `time`; the end of the
  /// archive if none is archived, in which case the log may have more. Empty if nothing is
  /// archived.
  public Optional<Lsn> findLsn(Instant time) {
    List<Lsn> starts = starts("");
    if (starts.isEmpty()) {
      return Optional.empty();
    }
    long millis = Math.max(0, time.toEpochMilli());
    int low = 0;
    int high = starts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (getHead(starts.get(middle)).time() > millis) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Optional.of(
        low == starts.size()
            ? getHead(starts.getLast()).end()
            : findLater(starts.get(low), millis));
  }

  /// Adds the segment that starts at `lsn`; false if there is one.
  boolean add(Lsn lsn, byte[] segment) {
    return store.putIfAbsent(key(lsn), segment);
  }

  /// The key of the segment that starts at `lsn`, for messages.
  String key(Lsn lsn) {
    return prefix + "%016x".formatted(lsn.value());
  }

  private Optional<ArchiveSegment> findSegment(Lsn lsn) {
    String name = name(key(lsn));
    return store
        .get(key(lsn))
        .map(bytes -> {
          ArchiveSegment segment = ArchiveSegment.open(name, bytes);
          checked(name, lsn, segment.head());
          return segment;
        });
  }

  private ArchiveHead getHead(Lsn lsn) {
    return findHead(lsn).orElseThrow(() -> new Corrupt(name(key(lsn)) + ": vanished"));
  }

  private Lsn findLater(Lsn segmentStart, long millis) {
    ArchiveSegment segment =
        findSegment(segmentStart)
            .orElseThrow(() -> new Corrupt(name(key(segmentStart)) + ": vanished"));
    ArchiveHead head = segment.head();
    int block = 0;
    while (head.blocks().get(block).time() <= millis) {
      block++;
    }
    long before = block == 0 ? head.timeBefore() : head.blocks().get(block - 1).time();
    CommitTimes times = new CommitTimes(before);
    for (Frame frame : segment.frames(block)) {
      OptionalLong found = times.findLater(frame, millis);
      if (found.isPresent()) {
        return Lsn.of(found.getAsLong());
      }
    }
    throw new Corrupt(
        "%s: commit later than %d expected before lsn %s, none found"
            .formatted(segment, millis, head.blocks().get(block).end()));
  }

  /// The start of the last segment that starts at or before `lsn`. Asks for keys close to it first.
  private Optional<Lsn> floor(Lsn lsn) {
    String digits = "%016x".formatted(lsn.value());
    for (int length = CLOSE_DIGITS; length >= 0; length -= 2) {
      Lsn found = null;
      for (Lsn candidate : starts(digits.substring(0, length))) {
        found = candidate.isAfter(lsn) ? found : candidate;
      }
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /// The starts of the segments whose keys begin with `digits`, in their order. Other names are
  /// passed over: there are stores that list a put which is going on, or broke off, under a name of
  /// its own.
  private List<Lsn> starts(String digits) {
    return store.list(prefix + digits).stream()
        .map(ObjectSummary::key)
        .map(key -> key.substring(prefix.length()))
        .filter(name -> SEGMENT.matcher(name).matches())
        .map(name -> Lsn.of(Long.parseLong(name, 16)))
        .toList();
  }

  private static ArchiveHead checked(String name, Lsn expected, ArchiveHead head) {
    if (!head.start().equals(expected)) {
      throw new Corrupt(name + ": start lsn expected " + expected + ", found " + head.start());
    }
    return head;
  }

  private static String name(String key) {
    return "redo archive object " + key;
  }
}
