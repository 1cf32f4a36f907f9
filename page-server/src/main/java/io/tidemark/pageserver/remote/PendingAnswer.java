package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A request under way, and where its answer goes.
///
/// Either the stream claims it, to write the answer into the targets, or the caller, to give up:
/// after [#abandon] nobody writes into the targets any more. The caller waits, the stream's thread
/// completes.
final class PendingAnswer {
  private final List<PageRequest> pages;
  private final List<MemorySegment> targets;
  private final Lsn awaited;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  /// How a request ended.
  sealed interface Outcome {
    /// The answer is there; bit i of `found`: page i existed.
    record Answered(int found) implements Outcome {}

    /// The other side, or its answer, failed.
    record Failed(RuntimeException failure) implements Outcome {}

    /// The stream ended first: the request may be sent again on another.
    record Lost(TidemarkException reason) implements Outcome {}
  }

  private PendingAnswer(List<PageRequest> pages, List<MemorySegment> targets, Lsn awaited) {
    this.pages = pages;
    this.targets = targets;
    this.awaited = awaited;
  }

  /// A request for pages.
  static PendingAnswer ofPages(List<PageRequest> pages, List<MemorySegment> targets) {
    return new PendingAnswer(pages, targets, Lsn.ZERO);
  }

  /// A request for progress of at least `lsn`.
  static PendingAnswer ofProgress(Lsn lsn) {
    return new PendingAnswer(List.of(), List.of(), lsn);
  }

  /// The same request anew, after this one was lost.
  PendingAnswer again() {
    return new PendingAnswer(pages, targets, awaited);
  }

  /// How much of the room in flight it takes.
  int weight() {
    return Math.max(1, pages.size());
  }

  OutgoingMessage encode(long request) {
    return pages.isEmpty()
        ? new ProgressRequest(request, awaited).encode()
        : new PagesRequest(request, pages).encode(PagesRequest.KIND);
  }

  /// Takes the pages from `message`, whose head is `answer`. By the stream.
  void fill(PagesAnswer answer, IncomingMessage message) {
    if (!claimed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (answer.count() != pages.size()) {
        throw new Corrupt(
            "pages answer: expected %d pages, found %d".formatted(pages.size(), answer.count()));
      }
      for (int i = 0; i < targets.size(); i++) {
        if (answer.isFound(i)) {
          message.readInto(targets.get(i));
        }
      }
      message.end();
      outcome.complete(new Outcome.Answered(answer.found()));
    } catch (RuntimeException e) {
      outcome.complete(new Outcome.Failed(e));
    }
  }

  /// Ends the request in any other way. By the stream.
  void complete(Outcome result) {
    if (claimed.compareAndSet(false, true)) {
      outcome.complete(result);
    }
  }

  /// Waits for the end. By the caller.
  ///
  /// @throws RetryLater at `deadlineNanos`, or if the caller is interrupted
  Outcome await(long deadlineNanos) {
    try {
      return outcome.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RetryLater("no answer of the page server within the deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while waiting for the page server", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Gives up, unless the request has ended. By the caller, who afterwards owns the targets alone.
  void abandon() {
    if (!claimed.compareAndSet(false, true)) {
      // The stream is between claim and completion: it is copying pages, and soon done.
      outcome.join();
    }
  }
}
