package io.tidemark.storage;

/// One shard of a mapping: the pages it has. Printed as `shard 2 of 4`. Immutable.
public record Shard(ShardMapping mapping, int index) {
  /// The only shard of a store that is not sharded.
  public static final Shard WHOLE =
      new Shard(new ShardMapping(1, ShardMapping.DEFAULT_STRIPE_PAGES), 0);

  public Shard {
    if (index < 0 || index >= mapping.shards()) {
      throw new IllegalArgumentException("shard " + index + " of " + mapping);
    }
  }

  /// Whether the page of [PageId#packed] belongs here.
  public boolean has(long packedPage) {
    return mapping.shardOf(packedPage) == index;
  }

  @Override
  public String toString() {
    return "shard " + index + " of " + mapping.shards();
  }
}
