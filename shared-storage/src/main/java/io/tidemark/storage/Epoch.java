package io.tidemark.storage;

/// The number of a writer's reign. A log, layer store or manifest that has seen an epoch refuses
/// every lower one. Immutable.
public record Epoch(long value) implements Comparable<Epoch> {
  public Epoch {
    if (value < 0) {
      throw new IllegalArgumentException("epoch out of range: " + value);
    }
  }

  public Epoch next() {
    return new Epoch(Math.addExact(value, 1));
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
