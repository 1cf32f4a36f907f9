package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Limits, timeouts, KILL and the end of the server.
class LifecycleTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final FakeSqlServer sql = new FakeSqlServer();

  @Test
  void saysWhichPortIsTaken() throws IOException {
    try (MySqlServer server = ServerFixture.open(sql)) {
      MySqlServerConfig same =
          MySqlServerConfig.of(
              InetAddress.getLoopbackAddress(), server.port(), new MySqlServerConfig.Tls.Off());
      assertThatThrownBy(() -> MySqlServer.open(same, sql))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());
    }
  }

  @Test
  void endsLoginsThatTakeTooLong() throws IOException {
    try (MySqlServer server =
            MySqlServer.open(ServerFixture.config(10, 10, SHORT, LONG, LONG), sql);
        RawClient silent = new RawClient(server.port());
        RawClient slow = new RawClient(server.port())) {
      slow.read();
      slow.sendRaw(new byte[] {40, 0, 0});
      assertThat(silent.isClosedByServer()).isTrue();
      assertThat(slow.isClosedByServer()).isTrue();
      assertThat(ServerFixture.await(() -> server.counters().abortedLogins() == 2)).isTrue();
    }
  }

  @Test
  void tellsIdleClientsThatTheyAreDisconnected() throws IOException {
    sql.idleTimeoutSeconds = 1;
    try (MySqlServer server = ServerFixture.open(sql);
        RawClient client = RawClient.login(server.port())) {
      assertThat(client.readError()).isEqualTo(4031);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(ServerFixture.await(sql.sessions::isEmpty)).isTrue();
      assertThat(server.counters().abortedClients()).isEqualTo(1);
    }
  }

  @Test
  void endsClientsThatStopWithinAPacket() throws IOException {
    try (MySqlServer server =
            MySqlServer.open(ServerFixture.config(10, 10, LONG, SHORT, LONG), sql);
        RawClient client = RawClient.login(server.port())) {
      client.sendRaw(new byte[] {100, 0, 0, 0, 3});
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  /// A result that never ends unless the client is gone.
  private CountDownLatch endlessResult(AtomicInteger rowsSent) {
    CountDownLatch ended = new CountDownLatch(1);
    byte[] value = new byte[10_000];
    sql.statements.put(
        "endless",
        session ->
            new FakeResult.Streaming(
                List.of(FakeResult.column("b", SqlType.blob(TypeKind.BLOB))),
                sink -> {
                  try {
                    while (session.interrupted.getCount() > 0) {
                      FakeResult.sendRow(List.of(value), sink, List.of());
                      rowsSent.incrementAndGet();
                    }
                  } finally {
                    ended.countDown();
                  }
                }));
    return ended;
  }

  @Test
  void waitsForSlowClientsWithoutBufferingAndEndsDeadOnes() throws Exception {
    AtomicInteger rowsSent = new AtomicInteger();
    CountDownLatch ended = endlessResult(rowsSent);
    try (MySqlServer server =
            MySqlServer.open(ServerFixture.config(10, 10, LONG, LONG, Duration.ofSeconds(2)), sql);
        RawClient client = RawClient.login(server.port())) {
      client.query("endless");
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      // What the kernel's buffers took, and no more.
      assertThat(rowsSent.get()).isLessThan(3_000);
      assertThat(ServerFixture.await(sql.sessions::isEmpty)).isTrue();
    }
  }

  @Test
  void killsOtherConnections() throws IOException {
    try (MySqlServer server = ServerFixture.open(sql);
        RawClient victim = RawClient.login(server.port());
        RawClient killer = RawClient.login(server.port())) {
      long id = sql.sessions.getFirst().connectionId();
      killer.command(Command.PROCESS_KILL, (int) id, 0, 0, 0);
      assertThat(killer.read()[0]).isZero();
      assertThat(victim.isClosedByServer()).isTrue();
      killer.ping();
    }
  }

  @Test
  void refusesClientsBeyondTheLimits() throws IOException {
    sql.maxSessions = 1;
    try (MySqlServer server = ServerFixture.open(sql);
        RawClient first = RawClient.login(server.port());
        RawClient second = new RawClient(server.port())) {
      second.read();
      second.send(RawClient.handshake(RawClient.CAPABILITIES, "root"));
      assertThat(second.readError()).isEqualTo(1040);
      first.ping();
    }
  }

  @Test
  void letsStatementsFinishWhenItStopsAndRefusesOthers() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    sql.statements.put(
        "slow",
        session -> {
          started.countDown();
          awaitQuietly(release);
          return FakeResult.done();
        });
    MySqlServer server = ServerFixture.open(sql);
    try (RawClient busy = RawClient.login(server.port());
        RawClient idle = RawClient.login(server.port())) {
      busy.query("slow");
      started.await();
      Thread closing = Thread.ofPlatform().start(server::close);
      assertThat(idle.readError()).isEqualTo(1053);
      try (RawClient late = new RawClient(server.port())) {
        assertThat(late.readError()).isEqualTo(1053);
      }
      release.countDown();
      assertThat(busy.read()[0]).isZero();
      closing.join();
      assertThat(server.connectionCount()).isZero();
      assertThat(sql.sessions).isEmpty();
    }
    assertThatThrownBy(() -> new RawClient(server.port())).isInstanceOf(IOException.class);
  }

  @Test
  void interruptsStatementsThatDoNotFinishWhenItStops() throws Exception {
    AtomicInteger rowsSent = new AtomicInteger();
    CountDownLatch ended = endlessResult(rowsSent);
    CountDownLatch started = new CountDownLatch(1);
    sql.statements.put(
        "waiting",
        session -> {
          started.countDown();
          awaitQuietly(session.interrupted);
          return FakeResult.done();
        });
    MySqlServer server = ServerFixture.open(sql);
    try (RawClient waiting = RawClient.login(server.port());
        RawClient endless = RawClient.login(server.port())) {
      waiting.query("waiting");
      endless.query("endless");
      started.await();
      assertThat(ServerFixture.await(() -> rowsSent.get() > 0)).isTrue();
      long start = System.nanoTime();
      server.close();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(4));
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(server.connectionCount()).isZero();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void answersUnexpectedFailuresAndEndsTheSession() throws IOException {
    sql.statements.put(
        "broken",
        session -> {
          throw new IllegalStateException("a bug of the SQL layer, thrown by a test");
        });
    try (MySqlServer server = ServerFixture.open(sql);
        RawClient client = RawClient.login(server.port())) {
      client.query("broken");
      assertThat(client.readError()).isEqualTo(1105);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(ServerFixture.await(sql.sessions::isEmpty)).isTrue();
    }
  }

  @Test
  void answersSeveralCommandsSentAtOnce() throws IOException {
    try (MySqlServer server = ServerFixture.open(sql);
        RawClient client = RawClient.login(server.port())) {
      byte[] ping = RawClient.packet(0, new byte[] {Command.PING});
      byte[] many = new byte[ping.length * 500];
      for (int i = 0; i < 500; i++) {
        System.arraycopy(ping, 0, many, i * ping.length, ping.length);
      }
      client.sendRaw(many);
      for (int i = 0; i < 500; i++) {
        assertThat(client.read()[0]).isZero();
      }
      assertThat(server.counters().commands()).isGreaterThanOrEqualTo(499);
    }
  }

  @Test
  void servesManyIdleAndManyBusyConnections() throws Exception {
    try (MySqlServer server = ServerFixture.open(sql)) {
      List<RawClient> idle = new ArrayList<>();
      try {
        for (int i = 0; i < 1_000; i++) {
          idle.add(RawClient.login(server.port()));
        }
        AtomicInteger answered = new AtomicInteger();
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
          busy.add(Thread.ofVirtual().start(() -> askOften(server.port(), answered)));
        }
        for (Thread thread : busy) {
          thread.join();
        }
        assertThat(answered.get()).isEqualTo(256 * 50);
        for (RawClient client : idle) {
          client.ping();
        }
      } finally {
        for (RawClient client : idle) {
          client.close();
        }
      }
    }
    assertThat(sql.sessions).isEmpty();
  }

  private static void askOften(int port, AtomicInteger answered) {
    try (RawClient client = RawClient.login(port)) {
      for (int i = 0; i < 50; i++) {
        client.ping();
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
