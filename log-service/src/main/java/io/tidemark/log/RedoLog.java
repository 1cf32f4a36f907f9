package io.tidemark.log;

import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.util.concurrent.CompletableFuture;

/// The redo log of one timeline: the only thing a writer makes durable.
///
/// One writer at a time, numbered by its epoch. Frames are contiguous: each starts where the one
/// before it ended. A frame is durable before any later one is. Only durable frames are ever shown
/// to readers. Errors, besides those named: [io.tidemark.storage.error.Corrupt] names file or
/// ledger, offset and LSN.
///
/// Threads: [#append] by one thread at a time; everything else by any.
public interface RedoLog extends RedoSource, AutoCloseable {
  /// Claims the writer's place: afterwards no lower epoch can append. Returns the end of the log,
  /// behind which the claimer appends; everything before it is durable. Repeating it with the same
  /// epoch is harmless while nothing was appended with it.
  ///
  /// @throws io.tidemark.storage.error.Fenced if a higher epoch was there, or this one has appended
  Lsn fence(Epoch epoch);

  /// The highest epoch that ever claimed the log; `Epoch(0)` if none did. A new writer claims
  /// `currentEpoch().next()`.
  Epoch currentEpoch();

  /// Appends the next frame. The future completes with the frame's end LSN when it is as durable as
  /// asked; [Durability#LAZY] completes at once. Frames asked for less than [Durability#DISK]
  /// become durable within about a second, or with the next that asks for more. The call may block
  /// briefly for back-pressure. The future may be completed by a thread of the log: what depends on
  /// it must be short or move to another thread.
  ///
  /// The future fails with [io.tidemark.storage.error.Fenced] when a higher epoch has claimed the
  /// log, with [io.tidemark.storage.error.Exhausted] when the log cannot grow (the disk is full):
  /// then the frame is not in the log, and the same frame can be appended again later. It fails
  /// with [IllegalArgumentException] when the frame does not start where the last accepted one
  /// ends, or its epoch has not claimed the log. With [io.tidemark.storage.error.Corrupt] the log
  /// has stopped: whether the frame is in it is known after the next open.
  CompletableFuture<Lsn> append(Frame frame, Durability durability);

  /// As [#append] with [Durability#DISK], for a caller that has nothing better to do until the
  /// frame is durable: the log may do the work on the calling thread, which saves two hand-overs
  /// between threads. It must be a thread that nobody interrupts: an interrupt in the middle stops
  /// the log.
  default CompletableFuture<Lsn> appendAndSync(Frame frame) {
    return append(frame, Durability.DISK);
  }

  /// Whether the log cannot grow now and has little room left: whoever writes should begin nothing
  /// new, so that what is under way still fits.
  default boolean isNearlyFull() {
    return false;
  }

  /// Gives up everything below `lsn`, as far as whole units of storage allow. An `lsn` behind the
  /// durable end counts as the durable end.
  void trim(Lsn lsn);

  @Override
  void close();
}
