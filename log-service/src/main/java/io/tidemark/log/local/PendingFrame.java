package io.tidemark.log.local;

import io.tidemark.storage.Durability;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.util.concurrent.CompletableFuture;

/// A frame with its place in a segment file, on its way to the disk. Immutable but for the future.
record PendingFrame(
    Frame frame,
    Durability durability,
    Segment segment,
    long offset,
    CompletableFuture<Lsn> future) {}
