package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.sql.password.CachingSha2Password;
import io.tidemark.sql.password.NativePassword;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Commands that drivers seldom send, and what a login reveals.
class CommandTest {
  private final FakeSqlServer sql = new FakeSqlServer();
  private MySqlServer server;

  @BeforeEach
  void open() throws IOException {
    server = ServerFixture.open(sql);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersStatisticsWithPlainText() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.command(Command.STATISTICS, new byte[0]);
      assertThat(new String(client.read(), StandardCharsets.US_ASCII))
          .isEqualTo("Uptime: 1  Threads: 1");
    }
  }

  @Test
  void turnsSeveralStatementsInAQueryOnAndOff() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.query("SET a=1;SET b=2");
      assertThat(client.read()[3] & 8).as("more results").isZero();
      client.command(Command.SET_OPTION, 0, 0);
      assertThat(client.read()[0]).isEqualTo((byte) 0xFE);
      client.query("SET a=1;SET b=2");
      assertThat(client.read()[3] & 8).as("more results").isEqualTo(8);
      assertThat(client.read()[3] & 8).as("more results").isZero();
      client.command(Command.SET_OPTION, 1, 0);
      assertThat(client.read()[0]).isEqualTo((byte) 0xFE);
      client.command(Command.SET_OPTION, 2, 0);
      assertThat(client.readError()).isEqualTo(1047);
    }
  }

  @Test
  void forgetsStatementsWhenAConnectionIsReset() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.command(Command.STMT_PREPARE, "SET a=1".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.read()[0]).isZero();
      assertThat(server.preparedStatementCount()).isEqualTo(1);
      client.command(Command.RESET_CONNECTION, new byte[0]);
      assertThat(client.read()[0]).isZero();
      assertThat(server.preparedStatementCount()).isZero();
      assertThat(sql.sessions.getFirst().resets).isEqualTo(1);
      client.command(Command.STMT_EXECUTE, 1, 0, 0, 0, 0, 1, 0, 0, 0);
      assertThat(client.readError()).isEqualTo(1243);
    }
  }

  @Test
  void choosesADatabase() throws IOException {
    try (RawClient client = RawClient.login(server.port())) {
      client.command(Command.INIT_DB, "missing".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readError()).isEqualTo(1049);
      client.command(Command.INIT_DB, "other".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.read()[0]).isZero();
    }
  }

  /// The packets of a login that fails, without what is random in them.
  private List<String> failedLogin(String user) throws IOException {
    List<String> packets = new ArrayList<>();
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      byte[] handshake = RawClient.handshake(RawClient.CAPABILITIES, user);
      // A response of 20 bytes to the greeting's scramble, made with no method the server has.
      byte[] withResponse = new byte[handshake.length + 20];
      int lengthAt = 32 + user.length() + 1;
      System.arraycopy(handshake, 0, withResponse, 0, lengthAt);
      withResponse[lengthAt] = 20;
      System.arraycopy(
          handshake, lengthAt + 1, withResponse, lengthAt + 21, handshake.length - lengthAt - 1);
      withResponse[lengthAt + 21] = 'x';
      client.send(withResponse);
      while (true) {
        byte[] packet = client.read();
        int mark = packet[0] & 0xFF;
        if (mark == 0xFF) {
          packets.add("error " + ((packet[1] & 0xFF) | (packet[2] & 0xFF) << 8));
          return packets;
        }
        if (mark == 0xFE) {
          String text = new String(packet, 1, packet.length - 1, StandardCharsets.ISO_8859_1);
          packets.add("switch to " + text.substring(0, text.indexOf(0)));
          client.send(new byte[text.startsWith(NativePassword.PLUGIN) ? 20 : 32]);
        } else {
          packets.add("more data " + packet[1] + " of " + packet.length);
          client.send(packet.length == 2 ? new byte[] {2} : new byte[256]);
        }
      }
    }
  }

  @Test
  void doesNotRevealWhichAccountsExist() throws IOException {
    List<String> existingOld = failedLogin("old");
    List<String> existingNew = failedLogin("new");
    assertThat(existingOld).containsExactly("switch to " + NativePassword.PLUGIN, "error 1045");
    assertThat(existingNew).hasSize(4).startsWith("switch to " + CachingSha2Password.PLUGIN);
    Set<List<String>> unknown = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      List<String> packets = failedLogin("nobody" + i);
      assertThat(failedLogin("nobody" + i)).isEqualTo(packets);
      unknown.add(packets);
    }
    assertThat(unknown).isSubsetOf(existingOld, existingNew);
    assertThat(unknown).contains(existingNew);
  }

  @Test
  void asksClientsOfAnotherMethodForTheRightOneEvenWithoutPassword() throws IOException {
    byte[] handshake = RawClient.handshake(RawClient.CAPABILITIES, "root");
    byte[] fallback = new byte[handshake.length];
    System.arraycopy(handshake, 0, fallback, 0, handshake.length);
    fallback[handshake.length - 2] = 'X';
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(fallback);
      assertThat(client.read()[0]).isEqualTo((byte) 0xFE);
      client.send(new byte[0]);
      assertThat(client.read()[0]).isZero();
      client.ping();
    }
  }

  @Test
  void refusesLockedAccountsOnlyAfterThePassword() throws IOException {
    var account = sql.accounts.get("root");
    sql.accounts.put(
        "root",
        new io.tidemark.sql.session.SqlServer.Account(
            account.user(), account.host(), account.plugin(), account.authentication(), true));
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(RawClient.handshake(RawClient.CAPABILITIES, "root"));
      assertThat(client.readError()).isEqualTo(3118);
    }
  }

  @Test
  void readsQueryAttributes() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.read();
      client.send(
          RawClient.handshake(RawClient.CAPABILITIES | Capabilities.QUERY_ATTRIBUTES, "root"));
      assertThat(client.read()[0]).isZero();
      byte[] text = "SET a=1".getBytes(StandardCharsets.US_ASCII);
      byte[] attributes = {2, 1, 2, 1, 8, 0, 1, 'n', (byte) 253, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
      byte[] both = new byte[attributes.length + text.length];
      System.arraycopy(attributes, 0, both, 0, attributes.length);
      System.arraycopy(text, 0, both, attributes.length, text.length);
      client.command(Command.QUERY, both);
      assertThat(client.read()[0]).isZero();
      for (int length = 0; length < attributes.length; length++) {
        client.command(Command.QUERY, java.util.Arrays.copyOf(attributes, length));
        assertThat(client.readError()).as("length %d", length).isEqualTo(1835);
      }
      client.command(Command.QUERY, new byte[] {(byte) 0xFD, -1, -1, -1, 1});
      assertThat(client.readError()).isEqualTo(1835);
    }
  }
}
