package io.tidemark.pageserver.shard;

import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.remote.RemotePageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The page service of one shard at whichever node serves it now. What was asked of a node when the
/// shard moves is asked again of the next one. Safe for any number of threads.
final class MovingPageService implements PageService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MovingPageService.class);

  private final int shard;
  private final NodeCredentials credentials;
  private final RemotePageService.Config config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  // Written under lock.
  private volatile @Nullable Place place;
  private boolean closed;

  private record Place(NodeAddress node, RemotePageService service) {}

  /// Nowhere yet: calls wait until it is [#moveTo] somewhere.
  MovingPageService(int shard, NodeCredentials credentials, RemotePageService.Config config) {
    this.shard = shard;
    this.credentials = credentials;
    this.config = config;
  }

  /// The shard is served at `node` from here on.
  void moveTo(NodeAddress node) {
    Place left;
    lock.lock();
    try {
      left = place;
      if (closed || (left != null && left.node().equals(node))) {
        return;
      }
      place = new Place(node, RemotePageService.open(node, shard, credentials, config));
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    LOG.info("shard {} is served by {}", shard, node);
    if (left != null) {
      left.service().close();
    }
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return call(service -> service.getPage(request, target));
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    return call(service -> service.getPages(requests, targets));
  }

  @Override
  public void prefetch(List<PageRequest> requests) {
    Place now = place;
    if (now != null) {
      now.service().prefetch(requests);
    }
  }

  @Override
  public Lsn ingestedLsn() {
    return call(PageService::ingestedLsn);
  }

  @Override
  public Lsn uploadedLsn() {
    return call(PageService::uploadedLsn);
  }

  @Override
  public boolean isFull() {
    Place now = place;
    return now != null && now.service().isFull();
  }

  @Override
  public String laggard() {
    Place now = place;
    return now == null ? "no page server has it" : now.service().laggard();
  }

  @Override
  public void advanceGcHorizon(Lsn lsn) {
    Place now = place;
    if (now != null) {
      now.service().advanceGcHorizon(lsn);
    }
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    call(service -> {
      service.awaitIngested(lsn);
      return true;
    });
  }

  @Override
  public void close() {
    Place last;
    lock.lock();
    try {
      closed = true;
      last = place;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.service().close();
    }
  }

  private <T> T call(Function<PageService, T> question) {
    long deadline = System.nanoTime() + config.requestTimeout().toNanos();
    while (true) {
      Place now = awaitPlace(deadline);
      try {
        return question.apply(now.service());
      } catch (RetryLater e) {
        if (now.equals(place) || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  private Place awaitPlace(long deadline) {
    Place now = place;
    if (now != null) {
      return now;
    }
    lock.lock();
    try {
      while (!closed) {
        now = place;
        if (now != null) {
          return now;
        }
        if (moved.awaitNanos(deadline - System.nanoTime()) <= 0) {
          throw new RetryLater(
              "shard %d: no page server has served it for %d ms"
                  .formatted(
                      shard, TimeUnit.NANOSECONDS.toMillis(config.requestTimeout().toNanos())));
        }
      }
      throw new RetryLater("shard " + shard + ": this side is closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("shard " + shard + ": interrupted while waiting for a page server", e);
    } finally {
      lock.unlock();
    }
  }
}
