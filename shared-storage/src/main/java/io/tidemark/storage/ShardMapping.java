package io.tidemark.storage;

/// How the pages of a timeline are spread over the shards of its page store: stripes of
/// `stripePages` consecutive pages of a tablespace, each to the shard that its hash says.
///
/// `shard = high 64 bits of (mix(space << 32 | page / stripePages) * shards)`, unsigned, where
/// `mix` is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom
/// Number Generators", 2014). A stripe keeps pages together that a scan reads together; the hash
/// spreads small tablespaces too. The result is part of what is stored: it never changes for given
/// numbers. Immutable.
public record ShardMapping(int shards, int stripePages) {
  public static final int MAX_SHARDS = 1024;

  /// Stripes of 16 MiB, unless something asks for others.
  public static final int DEFAULT_STRIPE_PAGES = 1024;

  public ShardMapping {
    if (shards < 1 || shards > MAX_SHARDS || stripePages < 1) {
      throw new IllegalArgumentException(
          "shard mapping: %d shards of 1..%d, stripes of %d pages"
              .formatted(shards, MAX_SHARDS, stripePages));
    }
  }

  /// The shard of `page`, in 0..shards-1.
  public int shardOf(PageId page) {
    return shardOf(page.packed());
  }

  /// As [#shardOf(PageId)], for [PageId#packed].
  public int shardOf(long packedPage) {
    if (shards == 1) {
      return 0;
    }
    long stripe = (packedPage & 0xFFFF_FFFFL) / stripePages;
    long hash = mix((packedPage & 0xFFFF_FFFF_0000_0000L) | stripe);
    return (int) Math.unsignedMultiplyHigh(hash, shards);
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return shards + " shards of stripes of " + stripePages + " pages";
  }
}
