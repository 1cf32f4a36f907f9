package io.tidemark.log.feed;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A log as the redo feeds of several nodes give it. Any of them will do: a reader whose feed fails
/// goes on at the next, exactly where it was. Safe for any number of threads; a reader is confined
/// to one.
///
/// [io.tidemark.storage.error.RetryLater] where no feed can be reached: at once from [#openReader],
/// [#startLsn] and [#durableLsn] after `deadline`; from [RedoReader#next] when that has lasted for
/// `deadline`, once for each such period, and the reader goes on trying when it is asked again.
public final class FeedRedoSource implements RedoSource, AutoCloseable {
  private static final long PROGRESS_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /// Grows only: a node that is away may come back.
  private final List<NodeChannel> feeds = new CopyOnWriteArrayList<>();

  private final NodeCredentials credentials;
  private final Config config;

  /// Index of the feed that was seen to work last; the next reader begins there.
  private final AtomicInteger preferred = new AtomicInteger();

  /// Guarded by this.
  private boolean closed;

  /// Written under this.
  private volatile FeedProgress progress =
      new FeedProgress(Lsn.ZERO, Lsn.ZERO, System.nanoTime() - 2 * PROGRESS_AGE_NANOS);

  /// Written under this.
  private volatile @Nullable Loss loss;

  /// The time, of [System#nanoTime], since when no reader has heard of a feed.
  private record Loss(long nanos) {}

  /// How a source reads.
  ///
  /// @param deadline how long to look for a feed
  /// @param silence how long a feed may say nothing before another is taken, several times the
  ///   feeds' sign of life
  /// @param gather how long a feed may gather frames before it sends them: fewer messages for who
  ///   is not in a hurry
  public record Config(Duration deadline, Duration silence, Duration gather) {
    /// 10 s, 3 s, at once.
    public static final Config DEFAULT =
        new Config(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ZERO);

    public Config {
      if (!deadline.isPositive() || !silence.isPositive()) {
        throw new IllegalArgumentException(
            "redo feeds: deadline " + deadline + ", silence " + silence);
      }
      if (gather.isNegative() || gather.toMillis() > Subscription.MAX_GATHER_MILLIS) {
        throw new IllegalArgumentException("redo feeds: gather " + gather);
      }
    }

    public Config withGather(Duration time) {
      return new Config(deadline, silence, time);
    }
  }

  private FeedRedoSource(NodeCredentials credentials, Config config) {
    this.credentials = credentials;
    this.config = config;
  }

  /// The log behind the feeds at `nodes`; whether one can be reached shows at the first call.
  public static FeedRedoSource open(
      List<NodeAddress> nodes, NodeCredentials credentials, Config config) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("redo feeds: no address");
    }
    FeedRedoSource source = new FeedRedoSource(credentials, config);
    source.add(nodes);
    return source;
  }

  /// Reads from these feeds as well, those of them that are new.
  public synchronized void add(List<NodeAddress> nodes) {
    for (NodeAddress node : nodes) {
      if (!closed && feeds.stream().noneMatch(feed -> feed.address().equals(node))) {
        feeds.add(NodeChannel.open(node, credentials));
      }
    }
  }

  @Override
  public Lsn startLsn() {
    return currentProgress().startLsn();
  }

  @Override
  public Lsn durableLsn() {
    return currentProgress().durableLsn();
  }

  @Override
  public Lsn knownDurableLsn() {
    return progress.durableLsn();
  }

  /// For how long readers have waited for a feed that answers; empty if one does.
  public Optional<Duration> awayFor() {
    Loss since = loss;
    return since == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(System.nanoTime() - since.nanos()));
  }

  @Override
  public RedoReader openReader(Lsn from) {
    FeedReader reader = new FeedReader(this, from);
    try {
      reader.awaitSubscribed();
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    feeds.forEach(NodeChannel::close);
  }

  Config config() {
    return config;
  }

  int preferred() {
    return preferred.get();
  }

  NodeChannel feed(int index) {
    return feeds.get(Math.floorMod(index, feeds.size()));
  }

  /// The feed at `index` has answered.
  void noteProgress(int index, Lsn start, Lsn durable) {
    preferred.set(Math.floorMod(index, feeds.size()));
    FeedProgress newer = new FeedProgress(start, durable, System.nanoTime());
    synchronized (this) {
      progress = progress.and(newer);
      loss = null;
    }
  }

  /// A reader has lost its feed, or has not found one.
  synchronized void noteLoss() {
    if (loss == null) {
      loss = new Loss(System.nanoTime());
    }
  }

  private FeedProgress currentProgress() {
    FeedProgress known = progress;
    if (System.nanoTime() - known.nanos() < PROGRESS_AGE_NANOS) {
      return known;
    }
    long deadline = System.nanoTime() + config.deadline().toNanos();
    int first = preferred();
    TidemarkException reason = new RetryLater("redo feeds: none has answered in time");
    for (int i = 0; i < feeds.size() && System.nanoTime() < deadline; i++) {
      try {
        FeedFrames told = askProgress(feed(first + i), deadline);
        noteProgress(first + i, told.startLsn(), told.durableLsn());
        return progress;
      } catch (TidemarkException e) {
        reason = e;
      }
    }
    throw new RetryLater("no redo feed can be reached: " + reason.getMessage(), reason);
  }

  private FeedFrames askProgress(NodeChannel feed, long deadlineNanos) {
    CompletableFuture<FeedFrames> answer = new CompletableFuture<>();
    ClientCall<OutgoingMessage, IncomingMessage> call =
        feed.start(FeedProtocol.PROGRESS, new ProgressListener(feed.address(), answer));
    try {
      call.request(1);
      call.sendMessage(new FeedProgressRequest().encode());
      long patience = Math.min(deadlineNanos - System.nanoTime(), config.silence().toNanos());
      return answer.get(patience, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while asking a redo feed", e);
    } catch (TimeoutException e) {
      throw new RetryLater("node " + feed.address() + ": no answer of its redo feed", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TidemarkException known
          ? known
          : new RetryLater("node " + feed.address() + ": " + e.getCause(), e);
    } finally {
      call.cancel("answered", null);
    }
  }

  /// Takes one answer.
  private static final class ProgressListener extends ClientCall.Listener<IncomingMessage> {
    private final NodeAddress node;
    private final CompletableFuture<FeedFrames> answer;

    ProgressListener(NodeAddress node, CompletableFuture<FeedFrames> answer) {
      this.node = node;
      this.answer = answer;
    }

    @Override
    public void onMessage(IncomingMessage message) {
      try (message) {
        MessageHead head = message.readHead();
        if (head.kind() != FeedFrames.KIND) {
          throw new Corrupt("node " + node + ": unexpected message kind " + head.kind());
        }
        answer.complete(FeedFrames.decode(head, message));
      } catch (TidemarkException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      answer.completeExceptionally(NodeErrors.fromStatus(node, status));
    }
  }
}
