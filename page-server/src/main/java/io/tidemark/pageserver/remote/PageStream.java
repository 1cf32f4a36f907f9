package io.tidemark.pageserver.remote;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tidemark.log.transport.FailureAnswer;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.log.transport.NodeMethod;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One stream to a page server, from its beginning to its end, on the asking side. A new one
/// replaces it. Guarded by itself; [#onMessage] and [#onClose] come from the network's thread,
/// which copies pages into their targets but does not wait.
final class PageStream extends ClientCall.Listener<IncomingMessage> {
  private final NodeAddress node;
  private final Semaphore room;

  // Guarded by this.
  private final Map<Long, PendingAnswer> pending = new HashMap<>();
  private @Nullable ClientCall<OutgoingMessage, IncomingMessage> call;
  private @Nullable TidemarkException end;
  private long lastRequest;

  private volatile @Nullable Progress progress;

  /// The newest that the other side told of itself, and when.
  record Progress(ShardProgress shard, long nanos) {}

  private PageStream(NodeAddress node, Semaphore room) {
    this.node = node;
    this.room = room;
  }

  /// Begins a stream; `room` gets back what each request took of it when the request ends.
  static PageStream open(NodeChannel channel, NodeMethod shard, Semaphore room) {
    PageStream stream = new PageStream(channel.address(), room);
    ClientCall<OutgoingMessage, IncomingMessage> call = channel.start(shard, stream);
    // Answers come only to what was asked, and that is bounded by `room`.
    call.request(Integer.MAX_VALUE);
    synchronized (stream) {
      stream.call = call;
    }
    return stream;
  }

  /// Sends a request, or ends it as lost.
  void send(PendingAnswer request) {
    TidemarkException reason;
    synchronized (this) {
      reason = end;
      if (reason == null && call != null) {
        long number = ++lastRequest;
        pending.put(number, request);
        call.sendMessage(request.encode(number));
        return;
      }
    }
    finish(
        request,
        new PendingAnswer.Outcome.Lost(
            reason == null ? new RetryLater("node " + node + ": the stream begins") : reason));
  }

  /// Sends hints if the network has room for them.
  synchronized void hint(List<PageRequest> pages) {
    if (end == null && call != null && call.isReady()) {
      call.sendMessage(new PagesRequest(0, pages).encode(PagesRequest.HINT_KIND));
    }
  }

  /// Why the stream is over; null if it is not.
  synchronized @Nullable TidemarkException end() {
    return end;
  }

  synchronized boolean isOver() {
    return end != null;
  }

  /// Empty until the first answer.
  @Nullable Progress progress() {
    return progress;
  }

  /// Ends the stream from this side.
  void cancel(String why) {
    ClientCall<OutgoingMessage, IncomingMessage> cancelled;
    synchronized (this) {
      cancelled = call;
    }
    if (cancelled != null) {
      cancelled.cancel(why, null);
    }
  }

  @Override
  public void onMessage(IncomingMessage message) {
    try (message) {
      MessageHead head = message.readHead();
      switch (head.kind()) {
        case PagesAnswer.KIND -> {
          PagesAnswer answer = PagesAnswer.decode(head);
          PendingAnswer request = take(answer.request());
          request.fill(answer, message);
          noteProgress(answer.progress());
          room.release(request.weight());
        }
        case ProgressAnswer.KIND -> {
          ProgressAnswer answer = ProgressAnswer.decode(head);
          noteProgress(answer.progress());
          finish(take(answer.request()), new PendingAnswer.Outcome.Answered(0));
        }
        case FailureAnswer.KIND -> {
          FailureAnswer answer = FailureAnswer.decode(head);
          finish(
              take(answer.request()), new PendingAnswer.Outcome.Failed(answer.toException(node)));
        }
        default -> throw new Corrupt("unknown message kind " + head.kind());
      }
    } catch (TidemarkException e) {
      close(new RetryLater("node " + node + ": page stream ended: " + e.getMessage(), e));
      cancel(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    close(NodeErrors.fromStatus(node, status));
  }

  private void close(TidemarkException reason) {
    List<PendingAnswer> lost;
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = reason;
      lost = List.copyOf(pending.values());
      pending.clear();
    }
    lost.forEach(request -> finish(request, new PendingAnswer.Outcome.Lost(reason)));
  }

  private void finish(PendingAnswer request, PendingAnswer.Outcome outcome) {
    request.complete(outcome);
    room.release(request.weight());
  }

  private void noteProgress(ShardProgress shard) {
    progress = new Progress(shard, System.nanoTime());
  }

  private synchronized PendingAnswer take(long request) {
    PendingAnswer found = pending.remove(request);
    if (found == null) {
      throw new Corrupt("answer to request " + request + ", which nobody made");
    }
    return found;
  }
}
