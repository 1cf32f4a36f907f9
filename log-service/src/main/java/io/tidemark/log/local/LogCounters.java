package io.tidemark.log.local;

/// What a local redo log has done since it was opened. Immutable.
///
/// @param appends frames written
/// @param bytes bytes of those frames
/// @param syncs calls of `fdatasync` on the way of commits
/// @param syncMicros time spent in them
/// @param segmentsCreated segment files filled with zeros
/// @param segmentsReused segment files made from trimmed ones
public record LogCounters(
    long appends,
    long bytes,
    long syncs,
    long syncMicros,
    long segmentsCreated,
    long segmentsReused) {}
