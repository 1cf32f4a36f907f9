package io.tidemark.engine.buffer;

import java.lang.foreign.MemorySegment;

/// Reads something out of a page.
///
/// May be called several times on a page that somebody is changing; only the result of a call
/// during which nobody did is used. It must not have effects, and may throw
/// [IndexOutOfBoundsException] or [io.tidemark.storage.error.Corrupt] on nonsense.
@FunctionalInterface
public interface PageReader<R> {
  R read(MemorySegment page);
}
