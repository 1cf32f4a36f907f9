package io.tidemark.log.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.log.TailHint;
import io.tidemark.log.archive.ArchivedRedoSource;
import io.tidemark.log.archive.Archiver;
import io.tidemark.log.archive.ArchiverConfig;
import io.tidemark.log.archive.RedoArchive;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.redo.Frame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Feeds and their clients when things go wrong: slow and many subscribers, dead feeds, bad bytes.
class RedoFeedTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final FeedRedoSource.Config HASTY =
      new FeedRedoSource.Config(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO);

  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Lsn end = log.fence(new Epoch(1));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T closing(T one) {
    opened.add(one);
    return one;
  }

  private FeedRedoSource source(FeedRedoSource.Config config, NodeAddress... feeds) {
    return closing(FeedRedoSource.open(List.of(feeds), NodeCredentials.none(), config));
  }

  /// Appends `count` frames of about `bytes`.
  private void write(int count, int bytes) {
    for (int i = 0; i < count; i++) {
      Frame frame = Frames.frame(1, end, i & 0x3F, bytes);
      log.append(frame, Durability.DISK).join();
      end = frame.endLsn();
    }
  }

  /// Reads to `until`; every frame begins where the last ended.
  private static int readTo(RedoReader reader, Lsn until) {
    int frames = 0;
    while (reader.position().isBefore(until)) {
      Lsn expected = reader.position();
      Optional<Frame> frame = reader.next(LONG);
      assertThat(frame).as("frame at %s of %s", expected, until).isPresent();
      assertThat(frame.get().startLsn()).isEqualTo(expected);
      frames++;
    }
    return frames;
  }

  @Test
  void whoIsFarBehindGetsWhatTheLogHasGivenUpFromTheArchive() throws Exception {
    RedoArchive archive = new RedoArchive(new MemoryObjectStore(), "timelines/main/redo");
    ArchiverConfig config =
        ArchiverConfig.DEFAULT.withSegmentBytes(50_000).withSegmentAge(Duration.ZERO);
    Archiver archiver = closing(Archiver.start(config, log, archive, log::trim));
    FeedNode feed = closing(FeedNode.start(new ArchivedRedoSource(log, archive)));
    write(300, 3000);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!log.startLsn().equals(end)) {
      assertThat(System.nanoTime()).as("archived " + archiver.archivedLsn()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThat(readTo(reader, end)).isEqualTo(300);
      write(10, 3000);
      assertThat(readTo(reader, end)).isEqualTo(10);
    }
    assertThat(source.startLsn()).isEqualTo(Lsn.ZERO);
  }

  @Test
  void twentySubscribersGetEveryFrameBesideOneThatReadsNothing() throws Exception {
    FeedNode feed = closing(FeedNode.start(log));
    NodeChannel channel = closing(NodeChannel.open(feed.address(), NodeCredentials.none()));
    RawSubscriber stuck = new RawSubscriber();
    stuck.call = channel.start(FeedProtocol.FRAMES, stuck);
    stuck.call.sendMessage(new Subscription(Lsn.ZERO, 0).encode());
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    int frames = 1500;
    // Far more than the window and the network hold.
    Lsn last = Lsn.of(frames * (long) Frames.frame(1, Lsn.ZERO, 0, 8000).bodyBytes());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        readers.add(
            threads.submit(() -> {
              try (RedoReader reader = source.openReader(Lsn.ZERO)) {
                return readTo(reader, last);
              }
            }));
      }
      write(frames, 8000);
      assertThat(end).isEqualTo(last);
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(frames);
      }
    }
    assertThat(stuck.messages).isEmpty();
    // It still gets all of it, from the log.
    stuck.call.request(1_000_000);
    Lsn position = Lsn.ZERO;
    while (position.isBefore(last)) {
      FeedFrames message = stuck.messages.poll(20, TimeUnit.SECONDS);
      assertThat(message).as("message behind lsn %s", position).isNotNull();
      for (byte[] bytes : message.frames()) {
        Frame frame = Frame.decode(bytes);
        assertThat(frame.startLsn()).isEqualTo(position);
        position = frame.endLsn();
      }
    }
  }

  /// Takes messages as they come.
  private static final class RawSubscriber extends ClientCall.Listener<IncomingMessage> {
    final LinkedBlockingQueue<FeedFrames> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<OutgoingMessage, IncomingMessage> call;

    @Override
    public void onMessage(IncomingMessage message) {
      try (message) {
        messages.add(FeedFrames.decode(message.readHead(), message));
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.complete(status);
    }
  }

  @Test
  void aReaderGoesOnWhereItWasWhileFeedsDieAndReturn() throws Exception {
    FeedNode one = closing(FeedNode.start(log));
    FeedNode other = closing(FeedNode.start(log));
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, one.address(), other.address());
    int frames = 3000;
    Lsn last = Lsn.of(frames * (long) Frames.frame(1, Lsn.ZERO, 0, 500).bodyBytes());
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(
            threads.submit(() -> {
              try (RedoReader reader = source.openReader(Lsn.ZERO)) {
                return readTo(reader, last);
              }
            }));
      }
      for (int round = 0; round < 6; round++) {
        write(frames / 6, 500);
        FeedNode victim = round % 2 == 0 ? one : other;
        victim.stop();
        if (round == 3) {
          // For a moment there is none.
          one.stop();
          one.start();
        }
        victim.start();
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(frames);
      }
    }
  }

  @Test
  void atMostSoManySubscribersReadTheLogItself() throws Exception {
    write(400, 8000);
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    RedoSource counted = new CountedSource(log, open, most);
    FeedNode feed = closing(FeedNode.start(counted));
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        readers.add(
            threads.submit(() -> {
              try (RedoReader reader = source.openReader(Lsn.ZERO)) {
                return readTo(reader, end);
              }
            }));
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(400);
      }
    }
    // The tail's, and those of two.
    assertThat(most.get()).isBetween(2, 3);
  }

  /// Counts the readers that were read from and are open.
  private record CountedSource(RedoSource log, AtomicInteger open, AtomicInteger most)
      implements RedoSource {
    @Override
    public Lsn startLsn() {
      return log.startLsn();
    }

    @Override
    public Lsn durableLsn() {
      return log.durableLsn();
    }

    @Override
    public RedoReader openReader(Lsn from) {
      RedoReader reader = log.openReader(from);
      return new RedoReader() {
        private boolean used;

        @Override
        public Optional<Frame> next(Duration timeout) {
          if (!used) {
            used = true;
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
          }
          return reader.next(timeout);
        }

        @Override
        public Lsn position() {
          return reader.position();
        }

        @Override
        public void close() {
          if (used) {
            open.decrementAndGet();
          }
          reader.close();
        }
      };
    }
  }

  @Test
  void onlyDurableRedoIsShown() throws Exception {
    FeedNode feed = closing(FeedNode.start(log));
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      log.holdDurability();
      CompletableFuture<Lsn> held = log.append(Frames.frame(1, end, 1, 100), Durability.DISK);
      assertThat(reader.next(Duration.ofMillis(300))).isEmpty();
      assertThat(source.durableLsn()).isEqualTo(Lsn.ZERO);
      log.releaseDurability();
      assertThat(held).isDone();
      assertThat(reader.next(LONG)).isPresent();
    }
  }

  @Test
  void aPositionThatWasTrimmedAwayIsCorrupt() throws Exception {
    write(100, 100);
    FeedNode feed = closing(FeedNode.start(log));
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    log.trim(Lsn.of(end.value() / 2));
    assertThatThrownBy(() -> source.openReader(Lsn.ZERO))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("node " + feed.address())
        .hasMessageContaining("trimmed");
    assertThat(source.startLsn()).isEqualTo(log.startLsn());
  }

  @Test
  void whenNoFeedCanBeReachedTheReaderSaysSoAndGoesOnLater() throws Exception {
    write(3, 100);
    FeedNode feed = closing(FeedNode.start(log));
    FeedRedoSource source = source(HASTY, feed.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      readTo(reader, end);
      feed.stop();
      assertThatThrownBy(() -> reader.next(LONG))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("no redo feed can be reached at lsn " + end);
      assertThatThrownBy(() -> source.openReader(Lsn.ZERO)).isInstanceOf(RetryLater.class);
      assertThatThrownBy(source::durableLsn).isInstanceOf(RetryLater.class);
      write(3, 100);
      feed.start();
      assertThat(reader.next(LONG)).isPresent();
      readTo(reader, end);
    }
  }

  @Test
  void aFeedThatSkipsAFrameIsFoundOut() throws Exception {
    Frame first = Frames.frame(1, Lsn.ZERO, 1, 100);
    Frame second = Frames.frame(1, first.endLsn(), 2, 100);
    Frame third = Frames.frame(1, second.endLsn(), 3, 100);
    FeedRedoSource source =
        source(HASTY, fakeFeed(List.of(first.bytes(), first.bytes(), third.bytes())));
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThat(reader.next(LONG).orElseThrow().endLsn()).isEqualTo(first.endLsn());
      assertThatThrownBy(() -> reader.next(LONG))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("expected a frame at lsn " + first.endLsn());
      assertThat(reader.position()).isEqualTo(first.endLsn());
    }
  }

  @Test
  void aDamagedFrameIsTakenFromAnotherFeed() throws Exception {
    write(2, 100);
    byte[] damaged = log.frames().getFirst().bytes().clone();
    damaged[damaged.length - 1] ^= 1;
    FeedNode good = closing(FeedNode.start(log));
    FeedRedoSource source = source(HASTY, fakeFeed(List.of(damaged)), good.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThat(readTo(reader, end)).isEqualTo(2);
    }
  }

  /// A feed that sends these frames to everybody, whatever was asked for.
  private NodeAddress fakeFeed(List<byte[]> frames) throws Exception {
    NodeServer port =
        closing(
            NodeServer.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                NodeCredentials.none(),
                List.of(
                    FeedProtocol.FRAMES.serve((call, headers) -> {
                      call.sendHeaders(new Metadata());
                      call.sendMessage(
                          new FeedFrames(Lsn.ZERO, Lsn.of(1_000_000), frames).encode());
                      return new ServerCall.Listener<>() {};
                    }))));
    return new NodeAddress("127.0.0.1", port.port());
  }

  @Test
  void messagesThatMakeNoSenseEndTheStreamOnly() throws Exception {
    FeedNode feed = closing(FeedNode.start(log));
    NodeChannel channel = closing(NodeChannel.open(feed.address(), NodeCredentials.none()));
    for (OutgoingMessage message :
        List.of(
            new HeadEncoder(0).message(Subscription.KIND),
            new HeadEncoder(8).putLong(-1).message(Subscription.KIND),
            new HeadEncoder(16).putLong(0).putLong(0).message(Subscription.KIND),
            new HeadEncoder(8).putLong(0).message(250),
            new HeadEncoder(8).putLong(0).message(Subscription.KIND, List.of(new byte[5])))) {
      RawSubscriber subscriber = new RawSubscriber();
      subscriber.call = channel.start(FeedProtocol.FRAMES, subscriber);
      subscriber.call.sendMessage(message);
      assertThat(subscriber.ended.get(20, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.DATA_LOSS);
    }
    write(1, 10);
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThat(readTo(reader, end)).isEqualTo(1);
    }
  }

  @Test
  void theWritersWordReachesEveryFeedAlsoOneThatComesBack() throws Exception {
    LinkedBlockingQueue<Lsn> one = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<Lsn> other = new LinkedBlockingQueue<>();
    FeedNode first = closing(FeedNode.start(FeedNode.SMALL, log, (epoch, lsn) -> one.add(lsn)));
    FeedNode second = closing(FeedNode.start(FeedNode.SMALL, log, (epoch, lsn) -> other.add(lsn)));
    DurableAnnouncer announcer =
        closing(
            DurableAnnouncer.open(
                List.of(first.address(), second.address()), NodeCredentials.none()));
    announcer.durable(new Epoch(1), Lsn.of(10));
    assertThat(one.poll(20, TimeUnit.SECONDS)).isEqualTo(Lsn.of(10));
    assertThat(other.poll(20, TimeUnit.SECONDS)).isEqualTo(Lsn.of(10));
    first.stop();
    announcer.durable(new Epoch(1), Lsn.of(20));
    announcer.durable(new Epoch(1), Lsn.of(15));
    assertThat(other.poll(20, TimeUnit.SECONDS)).isEqualTo(Lsn.of(20));
    first.start();
    assertThat(one.poll(20, TimeUnit.SECONDS)).isEqualTo(Lsn.of(20));
  }

  @Test
  void anAnnouncedTailIsReadAtOnce() throws Exception {
    // A log that shows what the writer has announced only, as ledgers show their last entry late.
    HintedSource hinted = new HintedSource(log);
    FeedNode feed = closing(FeedNode.start(FeedNode.SMALL, hinted, hinted));
    DurableAnnouncer announcer =
        closing(DurableAnnouncer.open(List.of(feed.address()), NodeCredentials.none()));
    FeedRedoSource source = source(FeedRedoSource.Config.DEFAULT, feed.address());
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      for (int i = 0; i < 20; i++) {
        write(1, 100);
        announcer.durable(new Epoch(1), end);
        assertThat(reader.next(LONG).orElseThrow().endLsn()).isEqualTo(end);
      }
    }
  }

  private static final class HintedSource implements RedoSource, TailHint {
    private final MemoryRedoLog log;
    private final AtomicLong known = new AtomicLong();

    HintedSource(MemoryRedoLog log) {
      this.log = log;
    }

    @Override
    public void durable(Epoch epoch, Lsn lsn) {
      known.accumulateAndGet(lsn.value(), Math::max);
    }

    @Override
    public Lsn startLsn() {
      return log.startLsn();
    }

    @Override
    public Lsn durableLsn() {
      return Lsn.of(known.get());
    }

    @Override
    public RedoReader openReader(Lsn from) {
      RedoReader reader = log.openReader(from);
      return new RedoReader() {
        @Override
        public Optional<Frame> next(Duration timeout) {
          long end = System.nanoTime() + timeout.toNanos();
          while (known.get() <= reader.position().value()) {
            if (System.nanoTime() >= end) {
              return Optional.empty();
            }
            LockSupport.parkNanos(100_000);
          }
          return reader.next(timeout);
        }

        @Override
        public Lsn position() {
          return reader.position();
        }

        @Override
        public void close() {
          reader.close();
        }
      };
    }
  }
}
