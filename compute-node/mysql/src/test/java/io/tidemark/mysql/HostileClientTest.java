package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.sql.type.SqlType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that no honest client sends: each is answered or ends the connection, and nothing stays
/// behind.
class HostileClientTest {
  private final FakeSqlServer sql = new FakeSqlServer();
  private MySqlServer server;

  @BeforeEach
  void open() throws IOException {
    server =
        MySqlServer.open(
            ServerFixture.config(
                1_000, 10, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20)),
            sql);
  }

  @AfterEach
  void leavesNothingBehind() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.ping();
    }
    assertThat(ServerFixture.await(() -> server.connectionCount() == 0)).isTrue();
    assertThat(sql.sessions).isEmpty();
    assertThat(server.preparedStatementCount()).isZero();
    server.close();
  }

  @Test
  void refusesWrongSequenceNumbers() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.sequence = 5;
      client.send(RawClient.handshake(RawClient.CAPABILITIES, "root"));
      assertThat(client.readError()).isEqualTo(1156);
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (RawClient client = RawClient.login(server.port())) {
      client.sequence = 3;
      client.send(new byte[] {Command.PING});
      assertThat(client.readError()).isEqualTo(1156);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void survivesEveryTruncatedHandshake() throws IOException {
    byte[] whole =
        RawClient.handshake(
            RawClient.CAPABILITIES
                | Capabilities.PLUGIN_AUTH_LENENC
                | Capabilities.CONNECT_ATTRIBUTES
                | Capabilities.CONNECT_WITH_DB,
            "root");
    for (int length = 0; length < whole.length; length++) {
      try (RawClient client = new RawClient(server.port())) {
        client.read();
        client.send(Arrays.copyOf(whole, length));
        byte[] answer = client.read();
        assertThat(answer[0]).as("length %d", length).isIn((byte) 0xFF, (byte) 0, (byte) 0xFE);
      }
    }
  }

  @Test
  void refusesHugeLoginsAndStrangeLengths() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(new byte[70_000]);
      assertThat(client.readError()).isEqualTo(1153);
    }
    // A length-encoded response that claims 2^63 bytes.
    byte[] handshake =
        RawClient.handshake(RawClient.CAPABILITIES | Capabilities.PLUGIN_AUTH_LENENC, "root");
    int responseAt = 32 + "root".length() + 1;
    for (int mark : new int[] {0xFB, 0xFC, 0xFD, 0xFE, 0xFF}) {
      byte[] changed = Arrays.copyOf(handshake, handshake.length + 9);
      changed[responseAt] = (byte) mark;
      Arrays.fill(changed, responseAt + 1, changed.length, (byte) 0xFF);
      try (RawClient client = new RawClient(server.port())) {
        client.read();
        client.send(changed);
        assertThat(client.readError()).as("mark %x", mark).isEqualTo(1043);
      }
    }
  }

  @Test
  void refusesOldProtocolsAndTlsThatWasNotOffered() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(RawClient.handshake(Capabilities.SECURE_CONNECTION, "root"));
      assertThat(client.readError()).isEqualTo(1043);
    }
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(
          Arrays.copyOf(RawClient.handshake(RawClient.CAPABILITIES | Capabilities.SSL, ""), 32));
      assertThat(client.readError()).isEqualTo(1043);
    }
  }

  @Test
  void neverTakesPlainTextAfterTheRequestForTlsAsEncrypted(@TempDir Path directory)
      throws IOException {
    try (MySqlServer secure =
        MySqlServer.open(
            MySqlServerConfig.of(
                InetAddress.getLoopbackAddress(),
                0,
                new MySqlServerConfig.Tls.Directory(directory)),
            sql)) {
      try (RawClient client = new RawClient(secure.port())) {
        client.read();
        int capabilities = RawClient.CAPABILITIES | Capabilities.SSL;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(
            RawClient.packet(1, Arrays.copyOf(RawClient.handshake(capabilities, ""), 32)));
        both.writeBytes(RawClient.packet(2, RawClient.handshake(capabilities, "root")));
        client.sendRaw(both.toByteArray());
        int opened = sql.opened.get();
        assertThat(isClosed(client)).isTrue();
        assertThat(sql.opened.get()).isEqualTo(opened);
      }
    }
  }

  private static boolean isClosed(RawClient client) throws IOException {
    try {
      while (client.socket.getInputStream().read() >= 0) {
        // TLS alerts.
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @Test
  void refusesPacketsAboveTheLimitAndLetsTheClientHearIt() throws IOException {
    sql.maxAllowedPacket = 1 << 20;
    try (RawClient client = RawClient.login(server.port())) {
      client.command(Command.QUERY, new byte[3 << 20]);
      assertThat(client.readError()).isEqualTo(1153);
      assertThat(client.isClosedByServer()).isTrue();
    }
    sql.maxAllowedPacket = 17 << 20;
    try (RawClient client = RawClient.login(server.port())) {
      client.sendRaw(RawClient.packet(0, new byte[0xFFFFFF]));
      client.sendRaw(RawClient.packet(1, new byte[2 << 20]));
      assertThat(client.readError()).isEqualTo(1153);
    }
  }

  @Test
  void answersCommandsThatAreUnknownOrEmpty() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      for (int command :
          new int[] {0, 4, 5, 6, 7, 8, 11, 13, 15, 16, 18, 19, 20, 21, 29, 77, 255}) {
        client.command(command);
        assertThat(client.readError()).as("command %d", command).isEqualTo(1047);
      }
      client.sequence = 0;
      client.send(new byte[0]);
      assertThat(client.readError()).isEqualTo(1047);
      client.ping();
    }
  }

  @Test
  void answersUnknownStatementsAndTooMany() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.command(Command.STMT_EXECUTE, 9, 0, 0, 0, 0, 1, 0, 0, 0);
      assertThat(client.readError()).isEqualTo(1243);
      client.command(Command.STMT_RESET, 9, 0, 0, 0);
      assertThat(client.readError()).isEqualTo(1243);
      client.command(Command.STMT_FETCH, 9, 0, 0, 0, 1, 0, 0, 0);
      assertThat(client.readError()).isEqualTo(1243);
      client.command(Command.STMT_CLOSE, 9, 0, 0, 0);
      client.command(Command.STMT_SEND_LONG_DATA, 9, 0, 0, 0, 0, 0, 1);
      for (int i = 0; i < 10; i++) {
        prepare(client, "SET a=1");
      }
      client.command(Command.STMT_PREPARE, "SET a=1".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readError()).isEqualTo(1461);
      client.command(Command.STMT_FETCH, 1, 0, 0, 0, 1, 0, 0, 0);
      assertThat(client.readError()).isEqualTo(1421);
      client.command(Command.STMT_CLOSE, 1, 0, 0, 0);
      prepare(client, "SET a=1");
      client.command(Command.STMT_PREPARE, "BROKEN".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readError()).isEqualTo(1461);
    }
  }

  private static void prepare(RawClient client, String text) throws IOException {
    client.command(Command.STMT_PREPARE, text.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = client.read();
    assertThat(answer[0]).isZero();
    int parameters = answer[7];
    for (int i = 0; i < parameters + (parameters > 0 ? 1 : 0); i++) {
      client.read();
    }
  }

  @Test
  void answersEveryTruncatedExecution() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(new byte[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    whole.writeBytes(new byte[] {8, 0, (byte) 253, 0, 12, 0});
    whole.writeBytes(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 3, 'a', 'b', 'c'});
    whole.writeBytes(new byte[] {7, (byte) 0xE8, 7, 2, 29, 1, 2, 3});
    byte[] bytes = whole.toByteArray();
    try (RawClient client = RawClient.login(server.port())) {
      prepare(client, "SELECT ECHO ?, ?, ?");
      for (int length = 0; length < bytes.length; length++) {
        client.command(Command.STMT_EXECUTE, Arrays.copyOf(bytes, length));
        assertThat(client.readError()).as("length %d", length).isIn(1835, 1210);
      }
      client.command(Command.STMT_EXECUTE, bytes);
      assertThat(client.read()[0]).isEqualTo((byte) 3);
    }
  }

  @Test
  void boundsLongParameters() throws IOException {
    sql.maxAllowedPacket = 1 << 20;
    try (RawClient client = RawClient.login(server.port())) {
      prepare(client, "SELECT ECHO ?");
      byte[] piece = new byte[6 + (512 << 10)];
      piece[0] = 1;
      for (int i = 0; i < 50; i++) {
        client.command(Command.STMT_SEND_LONG_DATA, piece);
      }
      client.command(Command.STMT_EXECUTE, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 252, 0);
      assertThat(client.readError()).isEqualTo(1153);
      client.command(Command.STMT_RESET, 1, 0, 0, 0);
      assertThat(client.read()[0]).isZero();
    }
  }

  @Test
  void letsOthersInDuringAFloodOfSilentConnections() throws IOException {
    try (MySqlServer small =
        MySqlServer.open(
            ServerFixture.config(
                8, 10, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20)),
            sql)) {
      List<RawClient> flood = new ArrayList<>();
      try {
        for (int i = 0; i < 50; i++) {
          flood.add(new RawClient(small.port()));
        }
        assertThat(ServerFixture.await(() -> canLogin(small.port()))).isTrue();
        assertThat(small.counters().refused()).isPositive();
        assertThat(small.connectionCount()).isLessThanOrEqualTo(9);
      } finally {
        for (RawClient client : flood) {
          client.close();
        }
      }
    }
  }

  private static boolean canLogin(int port) {
    try (RawClient client = new RawClient(port)) {
      if (client.read()[0] != 10) {
        return false;
      }
      client.send(RawClient.handshake(RawClient.CAPABILITIES, "root"));
      return client.read()[0] == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void survivesRandomCommands(long round) throws IOException {
    long seed = round * 7919 + System.nanoTime();
    System.out.println("HostileClientTest.survivesRandomCommands seed " + seed);
    Random random = new Random(seed);
    sql.answer("q", FakeResult.single("n", SqlType.BIGINT, 1L, 2L, 3L));
    for (int i = 0; i < 60; i++) {
      try (RawClient client = RawClient.login(server.port())) {
        for (int j = 0; j < 20; j++) {
          client.sendRaw(randomPackets(random));
        }
        client.socket.shutdownOutput();
        assertThat(client.isClosedByServer()).as("seed %d", seed).isTrue();
      } catch (java.net.SocketException e) {
        // The server has had enough of this client.
      }
    }
  }

  private static byte[] randomPackets(Random random) {
    byte[] payload = new byte[random.nextInt(1, 40)];
    random.nextBytes(payload);
    int[] commands = {2, 3, 22, 23, 24, 25, 26, 27, 28, 31, 17, random.nextInt(256)};
    payload[0] = (byte) commands[random.nextInt(commands.length)];
    if (payload.length > 10 && payload[0] >= 23 && payload[0] <= 28) {
      payload[1] = (byte) random.nextInt(4);
      Arrays.fill(payload, 2, 5, (byte) 0);
    }
    if (payload[0] == Command.STMT_PREPARE && random.nextBoolean()) {
      byte[] text = "SELECT ECHO ?, ?".getBytes(StandardCharsets.US_ASCII);
      payload = RawClient.commandBytes(Command.STMT_PREPARE, text);
    }
    byte[] packet = RawClient.packet(0, payload);
    if (random.nextInt(50) == 0) {
      packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return packet;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void survivesRandomLogins(long round) throws IOException {
    long seed = round * 104729 + System.nanoTime();
    System.out.println("HostileClientTest.survivesRandomLogins seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      byte[] handshake =
          RawClient.handshake(
              RawClient.CAPABILITIES | random.nextInt() & ~Capabilities.SSL,
              random.nextBoolean() ? "root" : "new");
      for (int flips = random.nextInt(6); flips > 0; flips--) {
        handshake[random.nextInt(handshake.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try (RawClient client = new RawClient(server.port())) {
        client.read();
        client.send(Arrays.copyOf(handshake, random.nextInt(handshake.length + 20)));
        byte[] more = new byte[random.nextInt(60)];
        random.nextBytes(more);
        client.sendRaw(more);
        client.socket.shutdownOutput();
        assertThat(client.isClosedByServer()).as("seed %d", seed).isTrue();
      } catch (java.net.SocketException e) {
        // The server has had enough of this client.
      }
    }
  }
}
