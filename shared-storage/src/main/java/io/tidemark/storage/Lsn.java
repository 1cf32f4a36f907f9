package io.tidemark.storage;

/// A position in a timeline's redo stream: the byte after the last byte of a mini-transaction.
///
/// 63 bits, never reused, never going back within a timeline. Zero is the position before the first
/// mini-transaction. Immutable.
public record Lsn(long value) implements Comparable<Lsn> {
  /// The position before the first mini-transaction of a timeline.
  public static final Lsn ZERO = new Lsn(0);

  public Lsn {
    if (value < 0) {
      throw new IllegalArgumentException("lsn out of range: " + value);
    }
  }

  public static Lsn of(long value) {
    return value == 0 ? ZERO : new Lsn(value);
  }

  /// The position `bytes` further on.
  public Lsn plus(long bytes) {
    return new Lsn(Math.addExact(value, bytes));
  }

  public boolean isBefore(Lsn other) {
    return value < other.value;
  }

  public boolean isAfter(Lsn other) {
    return value > other.value;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
