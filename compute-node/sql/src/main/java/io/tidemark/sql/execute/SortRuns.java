package io.tidemark.sql.execute;

import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Exhausted;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// An external merge sort: rows beyond the memory budget go to temporary files as sorted runs,
/// which are merged while they are read. Confined to the statement's thread.
final class SortRuns implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Comparator<SortedRow> order;
  private final long budgetBytes;
  private final ValueSpill spill = new ValueSpill();
  private final List<Path> files = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();
  private List<SortedRow> kept = new ArrayList<>();
  private long keptBytes;
  private long count;
  private @Nullable PriorityQueue<Run> queue;
  private int next;

  /// A row: sort keys, slots, and its place in the input, which decides between equal keys.
  static final class SortedRow {
    private final Value[] keys;
    private final Value[] slots;
    private final long number;

    SortedRow(Value[] keys, Value[] slots, long number) {
      this.keys = keys;
      this.slots = slots;
      this.number = number;
    }

    Value[] keys() {
      return keys;
    }

    Value[] slots() {
      return slots;
    }

    long number() {
      return number;
    }
  }

  SortRuns(Comparator<SortedRow> order, long budgetBytes) {
    this.order = order;
    this.budgetBytes = budgetBytes;
  }

  void add(Value[] keys, Value[] slots) {
    kept.add(new SortedRow(keys, slots, count++));
    keptBytes += ValueSpill.sizeOf(keys) + ValueSpill.sizeOf(slots);
    if (keptBytes > budgetBytes) {
      writeRun();
    }
  }

  private void writeRun() {
    kept.sort(order);
    try {
      Path file = Files.createTempFile("tidemark-sort-", ".run");
      files.add(file);
      try (DataOutputStream out =
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES))) {
        for (SortedRow row : kept) {
          out.writeInt(row.keys().length);
          out.writeInt(row.slots().length);
          out.writeLong(row.number());
          spill.write(row.keys(), out);
          spill.write(row.slots(), out);
        }
        out.writeInt(-1);
      }
    } catch (IOException failure) {
      throw new Exhausted("sort: cannot write a temporary file", failure);
    }
    kept = new ArrayList<>();
    keptBytes = 0;
  }

  /// All rows were added.
  void finish() {
    kept.sort(order);
    if (files.isEmpty()) {
      return;
    }
    PriorityQueue<Run> heads = new PriorityQueue<>((a, b) -> order.compare(a.head(), b.head()));
    for (Path file : files) {
      Run run = new Run(file);
      runs.add(run);
      if (run.step()) {
        heads.add(run);
      }
    }
    queue = heads;
  }

  /// The next row in order, or null at the end.
  @Nullable SortedRow next() {
    PriorityQueue<Run> heads = queue;
    SortedRow own = next < kept.size() ? kept.get(next) : null;
    Run run = heads == null ? null : heads.peek();
    if (run == null || heads == null || (own != null && order.compare(own, run.head()) <= 0)) {
      next++;
      return own;
    }
    heads.poll();
    SortedRow row = run.head();
    if (run.step()) {
      heads.add(run);
    }
    return row;
  }

  /// How many runs went to files.
  int runCount() {
    return files.size();
  }

  @Override
  public void close() {
    runs.forEach(Run::close);
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException left) {
        file.toFile().deleteOnExit();
      }
    }
  }

  /// A sorted file being read.
  private final class Run {
    private final DataInputStream in;
    private SortedRow head = new SortedRow(new Value[0], new Value[0], 0);

    Run(Path file) {
      try {
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
      } catch (IOException failure) {
        throw new Exhausted("sort: cannot read a temporary file", failure);
      }
    }

    SortedRow head() {
      return head;
    }

    boolean step() {
      try {
        int keys = in.readInt();
        if (keys < 0) {
          return false;
        }
        int slots = in.readInt();
        long number = in.readLong();
        Value[] first = spill.read(keys, in);
        head = new SortedRow(first, spill.read(slots, in), number);
        return true;
      } catch (IOException failure) {
        throw new Exhausted("sort: cannot read a temporary file", failure);
      }
    }

    void close() {
      try {
        in.close();
      } catch (IOException ignored) {
        throw new Exhausted("sort: cannot close a temporary file", ignored);
      }
    }
  }
}
