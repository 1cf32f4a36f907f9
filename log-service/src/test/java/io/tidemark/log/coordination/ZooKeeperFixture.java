package io.tidemark.log.coordination;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/// One ZooKeeper server in the test's JVM, on a free port of the loopback interface.
public final class ZooKeeperFixture implements AutoCloseable {
  private static final int TICK_MILLIS = 200;

  private final Path directory;
  private NIOServerCnxnFactory factory;
  private ZooKeeperServer server;
  private int port;

  static {
    System.setProperty("zookeeper.forceSync", "no");
    System.setProperty("zookeeper.preAllocSize", "64");
    System.setProperty("zookeeper.admin.enableServer", "false");
    System.setProperty("zookeeper.maxCnxns", "100000");
  }

  private ZooKeeperFixture(Path directory) {
    this.directory = directory;
  }

  public static ZooKeeperFixture start(Path directory) throws Exception {
    ZooKeeperFixture fixture = new ZooKeeperFixture(directory);
    fixture.start();
    return fixture;
  }

  /// Starts again on the same port with what was there.
  public void start() throws IOException, InterruptedException {
    server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MILLIS);
    factory = new NIOServerCnxnFactory();
    factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    factory.startup(server);
    port = factory.getLocalPort();
  }

  public void stop() {
    factory.shutdown();
  }

  public int port() {
    return port;
  }

  public String servers() {
    return "127.0.0.1:" + port;
  }

  /// Declares a session dead.
  public void expire(long session) {
    server.closeSession(session);
  }

  @Override
  public void close() {
    stop();
  }
}
