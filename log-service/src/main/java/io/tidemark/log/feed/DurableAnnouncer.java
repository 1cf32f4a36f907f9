package io.tidemark.log.feed;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tidemark.log.TailHint;
import io.tidemark.log.transport.Backoff;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the feeds of other nodes how far the writer knows the log to be durable.
///
/// [#durable] leaves word and returns; a thread of its own sends the newest word to each feed that
/// wants it and has room, and looks for those that are gone. Words that follow each other quickly
/// are one. A feed that wants none gets one a second, as a sign of life.
public final class DurableAnnouncer implements TailHint, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DurableAnnouncer.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  /// Words come no faster: while appends go on, each tells the bookies of those before it.
  private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /// How often links are looked after when there is nothing to say, and the word is repeated.
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final NodeCredentials credentials;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private DurableAnnouncement newest = new DurableAnnouncement(new Epoch(0), Lsn.ZERO);
  private boolean changes;
  private boolean closed;

  private DurableAnnouncer(NodeCredentials credentials) {
    this.credentials = credentials;
    this.thread = Thread.ofPlatform().name("feed-announce").daemon().unstarted(this::run);
  }

  public static DurableAnnouncer open(List<NodeAddress> feeds, NodeCredentials credentials) {
    DurableAnnouncer announcer = new DurableAnnouncer(credentials);
    announcer.add(feeds);
    announcer.thread.start();
    return announcer;
  }

  /// Tells these feeds as well, those of them that are new.
  public void add(List<NodeAddress> feeds) {
    lock.lock();
    try {
      for (NodeAddress feed : feeds) {
        if (!closed && links.stream().noneMatch(link -> link.channel.address().equals(feed))) {
          links.add(new Link(NodeChannel.open(feed, credentials)));
        }
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void durable(Epoch epoch, Lsn lsn) {
    lock.lock();
    try {
      if (epoch.compareTo(newest.epoch()) >= 0 && lsn.isAfter(newest.lsn())) {
        newest = new DurableAnnouncement(epoch, lsn);
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(STOP_TIMEOUT)) {
        LOG.warn("feed-announce has not stopped within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    links.forEach(link -> link.channel.close());
  }

  /// Under the lock.
  private void wake() {
    changes = true;
    changed.signalAll();
  }

  private void run() {
    long lastNanos = System.nanoTime() - GAP_NANOS;
    try {
      while (true) {
        DurableAnnouncement word;
        lock.lock();
        try {
          long left = links.stream().allMatch(Link::isOpen) ? IDLE_NANOS : IDLE_NANOS / 10;
          while (!changes && left > 0) {
            left = changed.awaitNanos(left);
          }
          left = lastNanos + GAP_NANOS - System.nanoTime();
          while (!closed && left > 0) {
            left = changed.awaitNanos(left);
          }
          if (closed) {
            return;
          }
          lastNanos = System.nanoTime();
          changes = false;
          word = newest;
        } finally {
          lock.unlock();
        }
        links.forEach(link -> link.send(word));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void linkChanged() {
    lock.lock();
    try {
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// The way to one feed. By the announcer's thread, but for [#open].
  private final class Link {
    private final NodeChannel channel;
    private final Backoff backoff = new Backoff();
    private @Nullable ClientCall<OutgoingMessage, IncomingMessage> call;
    private Lsn sent = Lsn.ZERO;
    private long sentNanos;
    private long nextAttemptNanos = System.nanoTime();
    private volatile boolean open;

    /// What the feed has said last; at first it wants to know.
    private volatile boolean wanted = true;

    Link(NodeChannel channel) {
      this.channel = channel;
    }

    boolean isOpen() {
      return open;
    }

    void send(DurableAnnouncement word) {
      ClientCall<OutgoingMessage, IncomingMessage> current = call;
      if (current == null || !open) {
        if (nextAttemptNanos - System.nanoTime() > 0) {
          return;
        }
        nextAttemptNanos = System.nanoTime() + backoff.nextNanos();
        open = true;
        wanted = true;
        sent = Lsn.ZERO;
        current = channel.start(FeedProtocol.ANNOUNCE, new Watcher());
        current.request(Integer.MAX_VALUE);
        call = current;
      }
      long now = System.nanoTime();
      boolean due = now - sentNanos >= IDLE_NANOS && word.lsn().isAfter(Lsn.ZERO);
      if ((due || wanted && word.lsn().isAfter(sent)) && current.isReady()) {
        current.sendMessage(word.encode());
        sent = word.lsn();
        sentNanos = now;
        backoff.reset();
      }
    }

    /// Of one stream; what it says after another has replaced it does no harm.
    private final class Watcher extends ClientCall.Listener<IncomingMessage> {
      @Override
      public void onReady() {
        linkChanged();
      }

      @Override
      public void onMessage(IncomingMessage message) {
        try (message) {
          MessageHead head = message.readHead();
          message.end();
          if (head.kind() == FeedInterest.KIND) {
            wanted = FeedInterest.decode(head).wanted();
            linkChanged();
          }
        } catch (Corrupt e) {
          LOG.warn("feed {}: {}", channel.address(), e.getMessage());
        }
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        open = false;
        LOG.debug("feed {} hears no announcements: {}", channel.address(), status);
      }
    }
  }
}
