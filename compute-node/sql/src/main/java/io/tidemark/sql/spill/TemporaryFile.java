package io.tidemark.sql.spill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A temporary file: bytes are appended, then read at any position, and gone when it is closed.
/// Confined to one thread at a time.
public interface TemporaryFile extends Closeable {
  /// What an error message calls it.
  String name();

  /// Appends all of `bytes`.
  void append(ByteBuffer bytes) throws IOException;

  /// Reads at `position` into `target`, at least one byte; -1 at the end.
  int read(ByteBuffer target, long position) throws IOException;
}
