package io.tidemark.engine;

/// Settings of one engine.
///
/// @param bufferPoolBytes size of the buffer pool (`innodb_buffer_pool_size`), at least 512 KiB
/// @param logBufferBytes size of the writer's log buffer (`innodb_log_buffer_size`), at least 256
///   KiB
public record EngineConfig(long bufferPoolBytes, int logBufferBytes) {
  private static final long MIN_POOL_BYTES = 512L << 10;
  private static final int MIN_LOG_BUFFER_BYTES = 256 << 10;

  /// 128 MiB of pages, 8 MiB of log buffer.
  public static final EngineConfig DEFAULT = new EngineConfig(128L << 20, 8 << 20);

  public EngineConfig {
    if (bufferPoolBytes < MIN_POOL_BYTES) {
      throw new IllegalArgumentException(
          "buffer pool of " + bufferPoolBytes + " bytes, at least " + MIN_POOL_BYTES);
    }
    if (logBufferBytes < MIN_LOG_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          "log buffer of " + logBufferBytes + " bytes, at least " + MIN_LOG_BUFFER_BYTES);
    }
  }

  public EngineConfig withBufferPoolBytes(long bytes) {
    return new EngineConfig(bytes, logBufferBytes);
  }
}
