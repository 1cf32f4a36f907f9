package io.tidemark.sql.spill;

import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A set of keys that is filled, then asked. Keys beyond its share of memory are sorted by hash
/// into a temporary file, of which the set knows where the keys of which hash lie. Confined to the
/// statement's thread.
public final class KeySet implements AutoCloseable {
  /// Keys that are read at once to find one: their decoding takes longer than the reading. What the
  /// set knows of each piece is a hundredth of it.
  private static final int BUCKET_BYTES = 1 << 10;

  private final WorkMemory memory;
  private final ValueComparator[] comparators;
  private final ConversionContext context;
  private final MemoryShare share;
  private final Set<KeyTuple> kept = new HashSet<>();
  private @Nullable RowSort rest;
  private @Nullable Buckets buckets;

  public KeySet(WorkMemory memory, ValueComparator[] comparators, ConversionContext context) {
    this.memory = memory;
    this.comparators = comparators;
    this.context = context;
    this.share = memory.tableShare();
  }

  public void add(Value[] values) {
    KeyTuple key = new KeyTuple(values, comparators, context);
    RowSort sort = rest;
    if (sort == null ? !kept.add(key) : kept.contains(key)) {
      return;
    }
    if (sort == null) {
      if (share.tryTake(key.sizeBytes())) {
        return;
      }
      kept.remove(key);
      sort = new RowSort(memory, memory.sortShare(), Comparator.comparingInt(StoredRow::hash));
      rest = sort;
    }
    sort.add(StoredRow.of(0, key, StoredRow.NO_VALUES));
  }

  /// All keys were added.
  public void finish() {
    RowSort sort = rest;
    if (sort != null) {
      sort.finish();
      buckets = new Buckets(memory, sort, row -> KeyTuple.of(row, comparators, context));
      sort.close();
    }
  }

  public boolean contains(Value[] values) {
    KeyTuple key = new KeyTuple(values, comparators, context);
    Buckets file = buckets;
    return kept.contains(key) || (file != null && file.contains(key));
  }

  /// Whether the condition holds for one of the keys at least.
  public boolean anyMatch(Predicate<Value[]> condition) {
    for (KeyTuple key : kept) {
      if (condition.test(key.values())) {
        return true;
      }
    }
    Buckets file = buckets;
    return file != null && file.anyMatch(condition);
  }

  @Override
  public void close() {
    kept.clear();
    share.release();
    RowSort sort = rest;
    if (sort != null) {
      sort.close();
    }
    Buckets file = buckets;
    if (file != null) {
      file.close();
    }
  }

  /// Different keys in the order of their hashes, in pieces that begin with a hash of their own.
  private static final class Buckets implements AutoCloseable {
    private final SpillFile file;
    private final KeyReader keys;
    private int[] firstHashes = new int[64];
    private long[] starts = new long[65];
    private int count;
    private int loaded = -1;
    private final List<KeyTuple> bucket = new ArrayList<>();

    /// Makes a key of a row.
    private interface KeyReader {
      KeyTuple of(StoredRow row);
    }

    Buckets(WorkMemory memory, RowSort sorted, KeyReader keys) {
      this.keys = keys;
      this.file = memory.newFile();
      List<KeyTuple> sameHash = new ArrayList<>();
      for (StoredRow row = sorted.next(); row != null; row = sorted.next()) {
        KeyTuple key = keys.of(row);
        if (sameHash.isEmpty() || sameHash.getFirst().hashCode() != key.hashCode()) {
          sameHash.clear();
          startHash(row.hash());
        } else if (sameHash.contains(key)) {
          continue;
        }
        sameHash.add(key);
        file.add(row);
      }
      starts[count] = file.position();
    }

    private void startHash(int hash) {
      if (count > 0 && file.position() - starts[count - 1] < BUCKET_BYTES) {
        return;
      }
      if (count == firstHashes.length) {
        firstHashes = Arrays.copyOf(firstHashes, count * 2);
        starts = Arrays.copyOf(starts, count * 2 + 1);
      }
      firstHashes[count] = hash;
      starts[count++] = file.position();
    }

    boolean contains(KeyTuple key) {
      int found = Arrays.binarySearch(firstHashes, 0, count, key.hashCode());
      int number = found >= 0 ? found : -found - 2;
      if (number < 0) {
        return false;
      }
      if (number != loaded) {
        load(number);
      }
      return bucket.contains(key);
    }

    private void load(int number) {
      bucket.clear();
      SpillFile.Reader reader = file.read(starts[number], starts[number + 1]);
      while (reader.next()) {
        bucket.add(keys.of(reader.row()));
      }
      loaded = number;
    }

    boolean anyMatch(Predicate<Value[]> condition) {
      SpillFile.Reader reader = file.read();
      while (reader.next()) {
        if (condition.test(reader.row().keys())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
