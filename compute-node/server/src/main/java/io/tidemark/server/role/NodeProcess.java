package io.tidemark.server.role;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.server.OpenParts;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.admin.AdminServer;
import io.tidemark.server.admin.NodeHealth;
import io.tidemark.server.admin.NodeStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a server process: it opens its parts, serves, and closes them in reverse.
///
/// Parts are opened and closed by the thread that calls [#run]. SIGTERM, or a part that has failed,
/// only tells it to; whatever does not close in time is left to the end of the process. Exit
/// status: 0 after SIGTERM, 1 if it could not start or go on, [#LOST_ROLE].
public final class NodeProcess {
  /// The process was superseded by another in its role.
  public static final int LOST_ROLE = 3;

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
  private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

  private final String name;
  private final String role;
  private final OpenParts parts = new OpenParts();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CountDownLatch ending = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean starting = new AtomicBoolean(true);
  private final Thread owner = Thread.currentThread();
  private volatile NodeHealth health = new NodeHealth.Starting("opening");
  private volatile Supplier<NodeHealth> serving = NodeHealth.Ready::new;
  private volatile Supplier<Map<String, String>> details = Map::of;

  /// Of a process that ends by itself; a signal and [#end] say something else.
  private volatile int exitStatus = 1;

  private NodeProcess(String name, String role) {
    this.name = name;
    this.role = role;
  }

  /// What a role does to start.
  @FunctionalInterface
  public interface Role {
    /// Opens the role's parts in `process`; returns, when it serves, the one line that says where.
    ///
    /// @throws StartupFailure with one sentence; what was opened is closed again
    String open(NodeProcess process) throws StartupFailure;
  }

  /// Runs a process to its end; returns its exit status.
  public static int run(String name, String role, Role start) {
    NodeProcess process = new NodeProcess(name, role);
    Runtime.getRuntime().addShutdownHook(new Thread(process::onSignal, "shutdown"));
    try {
      String ready = start.open(process);
      if (process.starting.compareAndSet(true, false)) {
        process.health = new NodeHealth.Ready();
        LOG.info("{} serves", name);
        System.out.println(ready);
        process.ending.await();
      }
    } catch (StartupFailure e) {
      process.say(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      LOG.debug("interrupted", e);
    } finally {
      process.close();
    }
    return process.exitStatus;
  }

  public String name() {
    return name;
  }

  public OpenParts parts() {
    return parts;
  }

  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /// Opens the port of health, status and metrics; returns its number.
  public int openAdmin(InetAddress bind, int port) throws StartupFailure {
    return parts
        .add("admin port", AdminServer.open(bind, port, metrics, this::health, this::status))
        .port();
  }

  /// Says what the start is at.
  public void starts(String phase) {
    health = new NodeHealth.Starting(phase);
  }

  /// What `/readyz` answers once the process serves.
  public void servesAs(Supplier<NodeHealth> check) {
    serving = check;
  }

  /// What `/status` tells from here on, beside name, role and state.
  public void tells(Supplier<Map<String, String>> lines) {
    details = lines;
  }

  /// Ends the process: `sentence` says why. The first to call it counts.
  public void end(int status, String sentence) {
    synchronized (this) {
      if (isEnding()) {
        return;
      }
      exitStatus = status;
      health = new NodeHealth.Failed(sentence);
      say(sentence);
      ending.countDown();
    }
    interruptStart();
  }

  /// Whether it has been told to end.
  boolean isEnding() {
    return ending.getCount() == 0;
  }

  NodeHealth health() {
    NodeHealth now = health;
    return now.isReady() ? serving.get() : now;
  }

  private NodeStatus status() {
    Map<String, String> lines;
    try {
      lines = details.get();
    } catch (RuntimeException e) {
      lines = Map.of("problem", String.valueOf(e.getMessage()));
    }
    return new NodeStatus(name, role, health().description(), lines);
  }

  private void say(String sentence) {
    System.err.println("tidemark: " + sentence);
  }

  /// On SIGTERM, and at the end of the process anyway: a clean stop is status 0, not "killed by
  /// signal 15".
  private void onSignal() {
    synchronized (this) {
      if (!isEnding()) {
        health = new NodeHealth.Stopping();
        exitStatus = 0;
        ending.countDown();
      }
    }
    interruptStart();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitStatus);
  }

  /// Whoever waits for a dependency would not look at `ending`.
  private void interruptStart() {
    if (starting.compareAndSet(true, false)) {
      owner.interrupt();
    }
  }

  private void close() {
    ending.countDown();
    if (Thread.interrupted()) {
      LOG.info("{} was told to end while it started", name);
    }
    if (!(health instanceof NodeHealth.Failed)) {
      health = new NodeHealth.Stopping();
    }
    Thread.ofPlatform().daemon().name("stop-limit").start(this::limitStop);
    parts.close();
    closed.countDown();
  }

  private void limitStop() {
    try {
      if (!closed.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} has not closed everything within {} and ends as it is", name, STOP_LIMIT);
        Runtime.getRuntime().halt(exitStatus);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
