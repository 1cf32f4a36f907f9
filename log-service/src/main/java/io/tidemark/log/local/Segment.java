package io.tidemark.log.local;

import io.tidemark.log.local.Disk.DiskFile;
import java.util.Optional;

/// A segment file that is started, or will be with the next frame. Immutable.
///
/// @param name file name, `redo-` and the sequence
record Segment(String name, DiskFile file, long sizeBytes, SegmentHeader header) {
  private static final String PREFIX = "redo-";

  static String nameOf(long sequence) {
    return PREFIX + "%016d".formatted(sequence);
  }

  /// The sequence that a file name holds; empty if it is no segment's name.
  static Optional<Long> sequenceOf(String name) {
    if (!name.startsWith(PREFIX) || name.length() != PREFIX.length() + 16) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(name, PREFIX.length(), name.length(), 10));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  long firstLsn() {
    return header.firstLsn();
  }

  long salt() {
    return header.salt();
  }

  long sequence() {
    return header.sequence();
  }

  /// Whether an entry of `entryBytes` fits at `offset`.
  boolean fits(long offset, long entryBytes) {
    return offset + entryBytes <= sizeBytes;
  }
}
