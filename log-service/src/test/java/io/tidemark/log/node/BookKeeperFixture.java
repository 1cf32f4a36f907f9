package io.tidemark.log.node;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.coordination.ZooKeeperFixture;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.bookkeeper.util.DiskChecker;

/// Bookies and their ZooKeeper in the test's JVM, on the loopback interface.
public final class BookKeeperFixture implements AutoCloseable {
  private static final String ROOT = "/tidemark/test";

  private final ZooKeeperFixture zooKeeper;
  private final List<BookieConfig> configs = new ArrayList<>();
  private final List<FullDisk> disks = new ArrayList<>();
  private final List<Bookie> bookies = new ArrayList<>();

  private BookKeeperFixture(ZooKeeperFixture zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  public static BookKeeperFixture start(Path directory, int count) throws Exception {
    BookKeeperFixture fixture =
        new BookKeeperFixture(ZooKeeperFixture.start(directory.resolve("zookeeper")));
    for (int i = 0; i < count; i++) {
      BookieConfig config =
          BookieConfig.of(
                  directory.resolve("bookie-" + i),
                  "127.0.0.1",
                  freePort(),
                  fixture.zooKeeper.servers(),
                  ROOT + "/ledgers")
              .withSessionTimeout(Duration.ofMillis(2000))
              .withDiskCheck(Duration.ofMillis(100))
              .withAutoRecovery(false);
      fixture.configs.add(config);
      fixture.disks.add(new FullDisk());
      fixture.bookies.add(Bookie.open(config, () -> {}, Optional.of(fixture.disks.get(i))));
    }
    return fixture;
  }

  public ZooKeeperFixture zooKeeper() {
    return zooKeeper;
  }

  public BookKeeperConfig client() {
    return BookKeeperConfig.of(zooKeeper.servers(), ROOT + "/ledgers")
        .withTimeout(Duration.ofSeconds(8));
  }

  public BookKeeperLedgers openLedgers() {
    return BookKeeperLedgers.open(client());
  }

  public ZooKeeperCoordination connect() {
    return ZooKeeperCoordination.open(ZooKeeperConfig.of(zooKeeper.servers(), ROOT + "/keys"));
  }

  public Bookie bookie(int index) {
    return bookies.get(index);
  }

  public void stop(int index) {
    bookies.get(index).close();
  }

  /// Starts a bookie that was stopped, with what it has.
  public void restart(int index) {
    bookies.set(index, Bookie.open(configs.get(index), () -> {}, Optional.of(disks.get(index))));
  }

  /// Begins to copy to a bookie what it lacks of `ledgers`.
  public MissingEntries restoreMissing(
      int index, BookKeeperLedgers store, Supplier<List<Long>> ledgers) {
    return MissingEntries.start(bookies.get(index), store, ledgers, Duration.ofMillis(100));
  }

  public void fillDisk(int index, boolean full) {
    disks.get(index).full = full;
  }

  @Override
  public void close() {
    bookies.forEach(Bookie::close);
    zooKeeper.close();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Says that the disk is full when it is told to.
  private static final class FullDisk extends DiskChecker {
    private volatile boolean full;

    FullDisk() {
      super(0.999f, 0.998f);
    }

    @Override
    public float checkDir(File directory) throws DiskOutOfSpaceException {
      if (full) {
        throw new DiskOutOfSpaceException("disk full", 1.0f);
      }
      return 0.1f;
    }
  }
}
