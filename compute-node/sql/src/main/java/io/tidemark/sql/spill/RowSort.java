package io.tidemark.sql.spill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// An external merge sort: rows beyond the memory share go to temporary files as sorted runs, which
/// are merged while they are read. Rows that the order calls equal keep the order they came in.
/// Confined to the statement's thread.
///
/// When [#FAN_IN] runs of one level exist they are merged to a run of the next level, so that no
/// more than that many are open for each level, however large the input.
public final class RowSort implements AutoCloseable {
  /// The order of the rows' numbers.
  public static final Comparator<StoredRow> BY_NUMBER = Comparator.comparingLong(StoredRow::number);

  static final int FAN_IN = 64;

  private final WorkMemory memory;
  private final MemoryShare share;
  private final Comparator<StoredRow> order;
  private final List<Level> levels = new ArrayList<>();
  private List<StoredRow> kept = new ArrayList<>();
  private int nextKept;
  private @Nullable Merge merge;
  private int runCount;

  public RowSort(WorkMemory memory, MemoryShare share, Comparator<StoredRow> order) {
    this.memory = memory;
    this.share = share;
    this.order = order;
  }

  public void add(StoredRow row) {
    long size = row.sizeBytes();
    if (!share.tryTake(size) && !kept.isEmpty()) {
      writeRun();
      share.tryTake(size);
    }
    kept.add(row);
  }

  private void writeRun() {
    kept.sort(order);
    Level level = level(0);
    level.start(memory);
    for (StoredRow row : kept) {
      level.add(row);
    }
    level.end();
    runCount++;
    kept = new ArrayList<>();
    share.release();
    for (int i = 0; levels.get(i).runs.size() >= FAN_IN; i++) {
      mergeUp(i);
    }
  }

  private Level level(int number) {
    if (levels.size() == number) {
      levels.add(new Level());
    }
    return levels.get(number);
  }

  private void mergeUp(int number) {
    Level from = levels.get(number);
    Level to = level(number + 1);
    Merge merged = new Merge(order, from.sources());
    to.start(memory);
    for (StoredRow row = merged.next(); row != null; row = merged.next()) {
      to.add(row);
    }
    to.end();
    from.close();
  }

  /// All rows were added.
  public void finish() {
    kept.sort(order);
    if (levels.isEmpty()) {
      return;
    }
    List<Source> sources = new ArrayList<>();
    for (int i = levels.size() - 1; i >= 0; i--) {
      sources.addAll(levels.get(i).sources());
    }
    sources.add(new KeptRows());
    merge = new Merge(order, sources);
  }

  /// The next row in order, or null at the end.
  public @Nullable StoredRow next() {
    Merge merging = merge;
    if (merging != null) {
      return merging.next();
    }
    return nextKept < kept.size() ? kept.get(nextKept++) : null;
  }

  /// How many runs went to files.
  public int runCount() {
    return runCount;
  }

  @Override
  public void close() {
    levels.forEach(Level::close);
    kept = new ArrayList<>();
    nextKept = 0;
    merge = null;
    share.release();
  }

  /// Rows in order, one at a time.
  private interface Source {
    /// Steps to the next row; false at the end.
    boolean next();

    StoredRow row();
  }

  /// Runs of about the same length, one behind the other in a file.
  private static final class Level {
    private final List<long[]> runs = new ArrayList<>();
    private @Nullable SpillFile file;
    private long start;

    void start(WorkMemory memory) {
      SpillFile open = file;
      if (open == null) {
        open = memory.newFile();
        file = open;
      }
      start = open.position();
    }

    private SpillFile file() {
      SpillFile open = file;
      if (open == null) {
        throw new IllegalStateException("sort: expected a file of runs, found none");
      }
      return open;
    }

    void add(StoredRow row) {
      file().add(row);
    }

    void end() {
      runs.add(new long[] {start, file().position()});
    }

    List<Source> sources() {
      List<Source> sources = new ArrayList<>();
      for (long[] run : runs) {
        sources.add(new Run(file().read(run[0], run[1])));
      }
      return sources;
    }

    void close() {
      SpillFile open = file;
      if (open != null) {
        open.close();
        file = null;
      }
      runs.clear();
    }
  }

  private static final class Run implements Source {
    private final SpillFile.Reader reader;

    Run(SpillFile.Reader reader) {
      this.reader = reader;
    }

    @Override
    public boolean next() {
      return reader.next();
    }

    @Override
    public StoredRow row() {
      return reader.row();
    }
  }

  /// What never went to a file.
  private final class KeptRows implements Source {
    @Override
    public boolean next() {
      return nextKept++ < kept.size();
    }

    @Override
    public StoredRow row() {
      return kept.get(nextKept - 1);
    }
  }

  /// Sources merged to one; earlier sources win between equal rows.
  private static final class Merge {
    private record Head(Source source, int place) {}

    private final PriorityQueue<Head> heads;

    Merge(Comparator<StoredRow> order, List<Source> sources) {
      heads =
          new PriorityQueue<>((a, b) -> {
            int compared = order.compare(a.source().row(), b.source().row());
            return compared != 0 ? compared : Integer.compare(a.place(), b.place());
          });
      for (int i = 0; i < sources.size(); i++) {
        if (sources.get(i).next()) {
          heads.add(new Head(sources.get(i), i));
        }
      }
    }

    @Nullable StoredRow next() {
      Head head = heads.poll();
      if (head == null) {
        return null;
      }
      StoredRow row = head.source().row();
      if (head.source().next()) {
        heads.add(head);
      }
      return row;
    }
  }
}
