package io.tidemark.pageserver.remote;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.log.transport.FailureAnswer;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.page.PageChecksum;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's stream on the serving side.
///
/// It takes a message off the network only while fewer than [PageProtocol#MAX_PAGES_AT_WORK] pages
/// are at work; a page is at work until its answer is given to a network that has room for it. So a
/// client that asks and does not read is bounded too. Guarded by itself.
final class PageServiceCall extends ServerCall.Listener<IncomingMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(PageServiceCall.class);

  private final PageService pages;
  private final Executor workers;
  private final ServerCall<IncomingMessage, OutgoingMessage> call;

  // Guarded by this.
  private int atWork;
  private int unsent;
  private boolean withheld;
  private boolean over;

  PageServiceCall(
      PageService pages, Executor workers, ServerCall<IncomingMessage, OutgoingMessage> call) {
    this.pages = pages;
    this.workers = workers;
    this.call = call;
  }

  @Override
  public void onMessage(IncomingMessage message) {
    try (message) {
      MessageHead head = message.readHead();
      message.end();
      switch (head.kind()) {
        case PagesRequest.KIND -> {
          PagesRequest request = PagesRequest.decode(head);
          begin(request.pages().size(), request.request(), () -> answer(request));
        }
        case PagesRequest.HINT_KIND -> {
          pages.prefetch(PagesRequest.decode(head).pages());
          call.request(1);
        }
        case ProgressRequest.KIND -> {
          ProgressRequest request = ProgressRequest.decode(head);
          begin(1, request.request(), () -> answer(request));
        }
        default -> throw new Corrupt("page stream: unknown message kind " + head.kind());
      }
    } catch (TidemarkException e) {
      LOG.warn("page stream ended: {}", e.getMessage());
      end(NodeErrors.toStatus(e));
    }
  }

  @Override
  public void onReady() {
    sent(0);
  }

  @Override
  public void onHalfClose() {
    end(Status.OK);
  }

  @Override
  public synchronized void onCancel() {
    over = true;
  }

  /// What a worker does for one request.
  private interface Work {
    OutgoingMessage run();
  }

  private void begin(int count, long request, Work work) {
    synchronized (this) {
      atWork += count;
      withheld = atWork >= PageProtocol.MAX_PAGES_AT_WORK;
      if (!withheld) {
        call.request(1);
      }
    }
    try {
      workers.execute(() -> {
        OutgoingMessage answer;
        try {
          answer = work.run();
        } catch (RuntimeException e) {
          if (!(e instanceof TidemarkException)) {
            LOG.error("request {} of a page stream failed", request, e);
          }
          answer = FailureAnswer.of(request, e).encode();
        }
        send(answer, count);
      });
    } catch (RejectedExecutionException e) {
      send(FailureAnswer.of(request, new RetryLater("is closing", e)).encode(), count);
    }
  }

  private OutgoingMessage answer(PagesRequest request) {
    int count = request.pages().size();
    List<byte[]> copies = new ArrayList<>(count);
    List<MemorySegment> targets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] copy = new byte[PageHeader.PAGE_BYTES];
      copies.add(copy);
      targets.add(MemorySegment.ofArray(copy));
    }
    boolean[] exists;
    if (count == 1) {
      exists = new boolean[] {pages.getPage(request.pages().getFirst(), targets.getFirst())};
    } else {
      exists = pages.getPages(request.pages(), targets);
    }
    int found = 0;
    List<byte[]> sealed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (exists[i]) {
        found |= 1 << i;
        PageChecksum.seal(targets.get(i));
        sealed.add(copies.get(i));
      }
    }
    return new PagesAnswer(request.request(), progress(), count, found).encode(sealed);
  }

  private OutgoingMessage answer(ProgressRequest request) {
    pages.awaitIngested(request.lsn());
    return new ProgressAnswer(request.request(), progress()).encode();
  }

  private ShardProgress progress() {
    return new ShardProgress(pages.ingestedLsn(), pages.uploadedLsn(), pages.isFull());
  }

  private synchronized void send(OutgoingMessage answer, int count) {
    if (!over) {
      call.sendMessage(answer);
    }
    sent(count);
  }

  /// `count` more pages are with the network; counts them off as soon as it has room for others.
  private synchronized void sent(int count) {
    unsent += count;
    if (over || !call.isReady()) {
      return;
    }
    atWork -= unsent;
    unsent = 0;
    if (withheld && atWork < PageProtocol.MAX_PAGES_AT_WORK) {
      withheld = false;
      call.request(1);
    }
  }

  private synchronized void end(Status status) {
    if (!over) {
      over = true;
      call.close(status, new Metadata());
    }
  }
}
