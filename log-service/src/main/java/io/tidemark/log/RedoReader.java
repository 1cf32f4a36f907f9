package io.tidemark.log;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.Optional;

/// A position in the durable part of a redo log. Confined to one thread, but for [#close].
public interface RedoReader extends AutoCloseable {
  /// The next frame; empty if none became durable within `timeout`, or the reader was closed.
  Optional<Frame> next(Duration timeout);

  /// End LSN of the last frame returned, or where the reader began.
  Lsn position();

  @Override
  void close();
}
