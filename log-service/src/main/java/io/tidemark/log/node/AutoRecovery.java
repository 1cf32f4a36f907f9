package io.tidemark.log.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.replication.AutoRecoveryMain;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies what lost bookies had, together with those of the other nodes: one of them looks for
/// ledgers that lack a copy, all of them copy.
///
/// BookKeeper's own does so from the first moment, when the bookies of a cluster that starts are
/// not there yet, takes them all for lost, and ends for good with its first session. So this one
/// begins when a node has been up for a while, gives a bookie that is away as long to come back,
/// and begins anew if it has ended. Its own thread does the work.
final class AutoRecovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AutoRecovery.class);

  /// Longer than a node takes to restart.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final ServerConfiguration settings;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private AutoRecovery(ServerConfiguration settings) {
    this.settings = settings;
    this.thread = Thread.ofPlatform().name("auto-recovery").daemon().unstarted(this::run);
  }

  /// Begins later, with the settings of the node's bookie.
  static AutoRecovery start(ServerConfiguration bookie) {
    ServerConfiguration settings = new ServerConfiguration(bookie);
    settings.setLostBookieRecoveryDelay((int) PATIENCE.toSeconds());
    AutoRecovery recovery = new AutoRecovery(settings);
    recovery.thread.start();
    return recovery;
  }

  private void run() {
    AutoRecoveryMain running = null;
    while (await()) {
      try {
        running = restart(running);
      } catch (InterruptedException e) {
        break;
      } catch (Exception e) {
        LOG.warn("ledgers without all their copies are not looked for yet: {}", e.toString());
      }
    }
    if (running != null) {
      running.shutdown();
    }
  }

  private AutoRecoveryMain restart(@Nullable AutoRecoveryMain former) throws Exception {
    if (former != null) {
      if (former.isAutoRecoveryRunning()) {
        return former;
      }
      former.shutdown();
    }
    AutoRecoveryMain next = new AutoRecoveryMain(settings);
    next.start();
    return next;
  }

  /// Waits for the time to look again; false if this is closed meanwhile.
  private boolean await() {
    try {
      return !closing.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
