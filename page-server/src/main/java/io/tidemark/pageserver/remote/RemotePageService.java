package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.Backoff;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeMethod;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.page.PageChecksum;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The page service of a shard at another node.
///
/// One stream at a time; when it ends, what was asked on it is asked again on the next one, within
/// the caller's deadline. Pages in flight are bounded; who finds no room waits. Nothing is sent
/// before somebody asks. Targets must be accessible from any thread. Safe for any number of
/// threads.
public final class RemotePageService implements PageService, AutoCloseable {
  private static final long PROGRESS_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final NodeChannel channel;
  private final NodeMethod shard;
  private final Config config;
  private final Semaphore room;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Backoff backoff = new Backoff();

  // Written under lock.
  private volatile @Nullable PageStream stream;
  private long nextAttemptNanos = System.nanoTime();
  private boolean closed;

  /// `requestTimeout`: how long a call may take, reconnection included (10 s). `maxPagesInFlight`:
  /// pages asked for and not yet there, of all callers (256).
  public record Config(Duration requestTimeout, int maxPagesInFlight) {
    public static final Config DEFAULT = new Config(Duration.ofSeconds(10), 256);

    public Config {
      if (!requestTimeout.isPositive() || maxPagesInFlight < PageProtocol.MAX_PAGES) {
        throw new IllegalArgumentException(
            "remote page service: timeout %s, %d pages in flight, at least %d expected"
                .formatted(requestTimeout, maxPagesInFlight, PageProtocol.MAX_PAGES));
      }
    }
  }

  private RemotePageService(NodeChannel channel, NodeMethod shard, Config config) {
    this.channel = channel;
    this.shard = shard;
    this.config = config;
    this.room = new Semaphore(config.maxPagesInFlight());
  }

  /// The page service of `shard` at `node`; whether it can be reached shows at the first call.
  public static RemotePageService open(
      NodeAddress node, int shard, NodeCredentials credentials, Config config) {
    return new RemotePageService(
        NodeChannel.open(node, credentials), PageProtocol.method(shard), config);
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return getPages(List.of(request), List.of(target))[0];
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    checkTargets(requests, targets);
    List<PendingAnswer> parts = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += PageProtocol.MAX_PAGES) {
      int to = Math.min(requests.size(), from + PageProtocol.MAX_PAGES);
      parts.add(PendingAnswer.ofPages(requests.subList(from, to), targets.subList(from, to)));
    }
    int[] bits = exchange(parts);
    boolean[] found = new boolean[requests.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = (bits[i / PageProtocol.MAX_PAGES] >>> (i % PageProtocol.MAX_PAGES) & 1) != 0;
      accept(requests.get(i), targets.get(i), found[i]);
    }
    return found;
  }

  @Override
  public void prefetch(List<PageRequest> requests) {
    PageStream current = stream;
    for (int from = 0; current != null && from < requests.size(); ) {
      int to = Math.min(requests.size(), from + PageProtocol.MAX_PAGES);
      current.hint(requests.subList(from, to));
      from = to;
    }
  }

  @Override
  public Lsn ingestedLsn() {
    return progress().ingested();
  }

  @Override
  public Lsn uploadedLsn() {
    return progress().uploaded();
  }

  /// What the page server last told; asks nobody.
  @Override
  public boolean isFull() {
    PageStream current = stream;
    PageStream.Progress known = current == null ? null : current.progress();
    return known != null && known.shard().full();
  }

  @Override
  public String laggard() {
    return "page server at " + channel.address();
  }

  /// Sent if there is a stream with room for it: it is said again soon.
  @Override
  public void advanceGcHorizon(Lsn lsn) {
    PageStream current = stream;
    if (current != null) {
      current.advanceGcHorizon(lsn);
    }
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    exchange(List.of(PendingAnswer.ofProgress(lsn)));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    channel.close();
  }

  /// What the page server told a moment ago, or now if nobody has asked it anything for longer.
  private ShardProgress progress() {
    PageStream current = stream;
    PageStream.Progress known = current == null || current.isOver() ? null : current.progress();
    if (known != null && System.nanoTime() - known.nanos() < PROGRESS_AGE_NANOS) {
      return known.shard();
    }
    awaitIngested(Lsn.ZERO);
    current = stream;
    known = current == null ? null : current.progress();
    if (known == null) {
      throw new RetryLater("node " + channel.address() + ": the stream ended");
    }
    return known.shard();
  }

  /// Sends all requests, and what is lost with a stream again on the next, until each is answered.
  private int[] exchange(List<PendingAnswer> requests) {
    long deadline = System.nanoTime() + config.requestTimeout().toNanos();
    int[] found = new int[requests.size()];
    PendingAnswer[] current = requests.toArray(PendingAnswer[]::new);
    BitSet open = new BitSet();
    open.set(0, current.length);
    try {
      while (!open.isEmpty()) {
        for (int i = open.nextSetBit(0); i >= 0; i = open.nextSetBit(i + 1)) {
          send(current[i], deadline);
        }
        for (int i = open.nextSetBit(0); i >= 0; i = open.nextSetBit(i + 1)) {
          switch (current[i].await(deadline)) {
            case PendingAnswer.Outcome.Answered answered -> {
              found[i] = answered.found();
              open.clear(i);
            }
            case PendingAnswer.Outcome.Failed failed -> throw failed.failure();
            case PendingAnswer.Outcome.Lost lost -> {
              if (System.nanoTime() >= deadline) {
                throw lost.reason();
              }
              current[i] = current[i].again();
            }
          }
        }
      }
      return found;
    } finally {
      for (PendingAnswer request : current) {
        request.abandon();
      }
    }
  }

  private void send(PendingAnswer request, long deadline) {
    PageStream current = liveStream(deadline);
    try {
      if (!room.tryAcquire(request.weight(), deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new RetryLater(
            "node %s: %d pages are in flight"
                .formatted(channel.address(), config.maxPagesInFlight()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while waiting for the page server", e);
    }
    current.send(request);
  }

  /// The stream, a new one if the last is over; waits between attempts.
  private PageStream liveStream(long deadline) {
    PageStream current = stream;
    if (current != null && !current.isOver()) {
      return current;
    }
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new RetryLater("node " + channel.address() + ": this side is closed");
        }
        current = stream;
        if (current != null && !current.isOver()) {
          return current;
        }
        long wait = nextAttemptNanos - System.nanoTime();
        if (wait <= 0) {
          return openStream(current);
        }
        if (System.nanoTime() + wait > deadline) {
          throw unreachable(current);
        }
        changed.awaitNanos(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while waiting for the page server", e);
    } finally {
      lock.unlock();
    }
  }

  private RetryLater unreachable(@Nullable PageStream last) {
    TidemarkException reason = last == null ? null : last.end();
    return reason == null
        ? new RetryLater("node " + channel.address() + " cannot be reached")
        : new RetryLater(String.valueOf(reason.getMessage()), reason);
  }

  private PageStream openStream(@Nullable PageStream last) {
    if (last != null && last.progress() != null) {
      backoff.reset();
    }
    PageStream opened = PageStream.open(channel, shard, room);
    nextAttemptNanos = System.nanoTime() + backoff.nextNanos();
    stream = opened;
    return opened;
  }

  private void checkTargets(List<PageRequest> requests, List<MemorySegment> targets) {
    if (requests.size() != targets.size()) {
      throw new IllegalArgumentException(
          requests.size() + " page requests, " + targets.size() + " targets");
    }
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).byteSize() != PageHeader.PAGE_BYTES) {
        throw new IllegalArgumentException(
            "page %s: target of %d bytes"
                .formatted(requests.get(i).page(), targets.get(i).byteSize()));
      }
    }
  }

  /// Checks a page that has arrived.
  private void accept(PageRequest request, MemorySegment page, boolean found) {
    if (!found) {
      page.fill((byte) 0);
      return;
    }
    try {
      PageChecksum.unseal(page, request.page());
    } catch (Corrupt e) {
      throw new Corrupt("node " + channel.address() + ": " + e.getMessage(), e);
    }
    if (PageHeader.pageLsn(page) > request.lsn().value()) {
      throw new Corrupt(
          "node %s: page %s asked for at lsn %s, found of lsn %d"
              .formatted(
                  channel.address(), request.page(), request.lsn(), PageHeader.pageLsn(page)));
    }
  }
}
