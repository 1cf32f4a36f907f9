package io.tidemark.pageserver;

import io.tidemark.pageserver.compact.CompactionLimits;
import io.tidemark.pageserver.ingest.RedoIngester;
import io.tidemark.storage.Shard;
import java.time.Duration;

/// Settings of one shard of a page server. Immutable.
///
/// `shardPrefix`: key prefix of the shard in the object store. `shard`: which pages it has (all).
/// `ingest`: size (32 MiB) and age (60 s) at which the open layer freezes, and how many frozen
/// layers may wait for the object store (2) before ingest waits. `blockCacheBytes`: decoded blocks
/// of layers in memory (32 MiB). `pageCacheBytes`: whole pages in memory (64 MiB).
/// `retentionBytes`: redo behind the uploaded LSN that stays readable whatever the owner's horizon
/// (0). `requestTimeout`: how long a request waits for ingest and for the object store (10 s).
/// `prefetchThreads`: hints worked on at a time (4).
public record PageServerConfig(
    String shardPrefix,
    Shard shard,
    RedoIngester.Limits ingest,
    CompactionLimits compaction,
    long blockCacheBytes,
    long pageCacheBytes,
    long retentionBytes,
    Duration requestTimeout,
    int prefetchThreads) {
  private static final long MIB = 1 << 20;

  public PageServerConfig {
    if (shardPrefix.isEmpty() || shardPrefix.startsWith("/") || shardPrefix.endsWith("/")) {
      throw new IllegalArgumentException("shard prefix: \"" + shardPrefix + "\"");
    }
    if (blockCacheBytes < 0
        || pageCacheBytes < 0
        || retentionBytes < 0
        || prefetchThreads < 1
        || !requestTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "page server: block cache %d, page cache %d, retention %d bytes, timeout %s, %d prefetches"
              .formatted(
                  blockCacheBytes,
                  pageCacheBytes,
                  retentionBytes,
                  requestTimeout,
                  prefetchThreads));
    }
  }

  /// The defaults for a shard.
  public static PageServerConfig of(String shardPrefix) {
    return new PageServerConfig(
        shardPrefix,
        Shard.WHOLE,
        new RedoIngester.Limits(32 * MIB, Duration.ofSeconds(60), 2),
        CompactionLimits.DEFAULT,
        32 * MIB,
        64 * MIB,
        0,
        Duration.ofSeconds(10),
        4);
  }

  public PageServerConfig withShardPrefix(String prefix) {
    return new PageServerConfig(
        prefix,
        shard,
        ingest,
        compaction,
        blockCacheBytes,
        pageCacheBytes,
        retentionBytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withShard(Shard pages) {
    return new PageServerConfig(
        shardPrefix,
        pages,
        ingest,
        compaction,
        blockCacheBytes,
        pageCacheBytes,
        retentionBytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withIngest(RedoIngester.Limits limits) {
    return new PageServerConfig(
        shardPrefix,
        shard,
        limits,
        compaction,
        blockCacheBytes,
        pageCacheBytes,
        retentionBytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withCompaction(CompactionLimits limits) {
    return new PageServerConfig(
        shardPrefix,
        shard,
        ingest,
        limits,
        blockCacheBytes,
        pageCacheBytes,
        retentionBytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withCaches(long blockBytes, long pageBytes) {
    return new PageServerConfig(
        shardPrefix,
        shard,
        ingest,
        compaction,
        blockBytes,
        pageBytes,
        retentionBytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withRetentionBytes(long bytes) {
    return new PageServerConfig(
        shardPrefix,
        shard,
        ingest,
        compaction,
        blockCacheBytes,
        pageCacheBytes,
        bytes,
        requestTimeout,
        prefetchThreads);
  }

  public PageServerConfig withRequestTimeout(Duration timeout) {
    return new PageServerConfig(
        shardPrefix,
        shard,
        ingest,
        compaction,
        blockCacheBytes,
        pageCacheBytes,
        retentionBytes,
        timeout,
        prefetchThreads);
  }
}
