package io.tidemark.storage.layer;

/// The name of a layer within its shard: the generation of the page server that wrote it, and a
/// number that this generation used once. Printed as it stands in the object key. Immutable.
public record LayerId(long generation, long number) implements Comparable<LayerId> {
  public LayerId {
    if (generation < 0 || number < 0) {
      throw new IllegalArgumentException("layer id out of range: " + generation + "-" + number);
    }
  }

  @Override
  public int compareTo(LayerId other) {
    int byGeneration = Long.compare(generation, other.generation);
    return byGeneration != 0 ? byGeneration : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return "%08x-%08x".formatted(generation, number);
  }
}
