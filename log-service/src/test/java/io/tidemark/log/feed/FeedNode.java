package io.tidemark.log.feed;

import io.tidemark.log.RedoSource;
import io.tidemark.log.TailHint;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A feed with its port, which can be stopped and started again. Confined to the test's thread.
final class FeedNode implements AutoCloseable {
  static final RedoFeedConfig SMALL = new RedoFeedConfig(256 << 10, 2, Duration.ofMillis(100));

  private final RedoFeedConfig config;
  private final RedoSource log;
  private final TailHint hint;
  private RedoFeed feed;
  private NodeServer port;
  private int number;

  private FeedNode(RedoFeedConfig config, RedoSource log, TailHint hint) {
    this.config = config;
    this.log = log;
    this.hint = hint;
  }

  static FeedNode start(RedoSource log) throws IOException {
    return start(SMALL, log, TailHint.NONE);
  }

  static FeedNode start(RedoFeedConfig config, RedoSource log, TailHint hint) throws IOException {
    FeedNode node = new FeedNode(config, log, hint);
    node.start();
    return node;
  }

  /// Opens the feed, at the port it had before.
  void start() throws IOException {
    feed = RedoFeed.open(config, log, hint);
    port =
        NodeServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), number),
            NodeCredentials.none(),
            feed.definitions());
    number = port.port();
  }

  NodeAddress address() {
    return new NodeAddress("127.0.0.1", number);
  }

  /// As a kill does: streams end without a word of the feed.
  void stop() {
    port.close();
    feed.close();
  }

  @Override
  public void close() {
    stop();
  }
}
