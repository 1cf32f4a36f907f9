package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.mysql.wire.Capabilities;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client that sends the bytes a test wants.
final class RawClient implements AutoCloseable {
  static final int CAPABILITIES =
      Capabilities.PROTOCOL_41
          | Capabilities.SECURE_CONNECTION
          | Capabilities.PLUGIN_AUTH
          | Capabilities.TRANSACTIONS;

  final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /// Sequence number of the next packet.
  int sequence;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
  }

  /// A client that is logged in as root.
  static RawClient login(int port) throws IOException {
    RawClient client = new RawClient(port);
    client.read();
    client.send(handshake(CAPABILITIES, "root"));
    assertThat(client.read()[0]).as("OK of the login").isZero();
    return client;
  }

  static byte[] handshake(int capabilities, String user) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    writeInt(packet, capabilities);
    writeInt(packet, 1 << 24);
    packet.write(255);
    packet.writeBytes(new byte[23]);
    packet.writeBytes(user.getBytes(StandardCharsets.UTF_8));
    packet.write(0);
    packet.write(0);
    packet.writeBytes("mysql_native_password".getBytes(StandardCharsets.US_ASCII));
    packet.write(0);
    return packet.toByteArray();
  }

  static void writeInt(ByteArrayOutputStream target, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      target.write(value >> shift);
    }
  }

  /// Sends a payload with the next sequence number.
  void send(byte[] payload) throws IOException {
    sendRaw(packet(sequence++, payload));
  }

  static byte[] packet(int sequence, byte[] payload) {
    byte[] packet = new byte[4 + payload.length];
    packet[0] = (byte) payload.length;
    packet[1] = (byte) (payload.length >> 8);
    packet[2] = (byte) (payload.length >> 16);
    packet[3] = (byte) sequence;
    System.arraycopy(payload, 0, packet, 4, payload.length);
    return packet;
  }

  void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  static byte[] commandBytes(int command, byte[] fields) {
    byte[] payload = new byte[1 + fields.length];
    payload[0] = (byte) command;
    System.arraycopy(fields, 0, payload, 1, fields.length);
    return payload;
  }

  /// Sends a command.
  void command(int command, byte[] fields) throws IOException {
    sequence = 0;
    send(commandBytes(command, fields));
  }

  void command(int command, int... fields) throws IOException {
    byte[] bytes = new byte[fields.length];
    for (int i = 0; i < fields.length; i++) {
      bytes[i] = (byte) fields[i];
    }
    command(command, bytes);
  }

  void query(String sql) throws IOException {
    command(Command.QUERY, sql.getBytes(StandardCharsets.UTF_8));
  }

  /// The payload of the next packet.
  byte[] read() throws IOException {
    int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
    sequence = in.readUnsignedByte() + 1;
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }

  /// Number of the error that comes next.
  int readError() throws IOException {
    byte[] payload = read();
    assertThat(payload[0]).as("mark of an error").isEqualTo((byte) 0xFF);
    return (payload[1] & 0xFF) | (payload[2] & 0xFF) << 8;
  }

  /// Sends PING and reads its OK: the connection works.
  void ping() throws IOException {
    command(Command.PING, new byte[0]);
    assertThat(read()[0]).as("OK of a ping").isZero();
  }

  /// Whether the server closes the connection; what it still says is passed over.
  boolean isClosedByServer() throws IOException {
    try {
      while (true) {
        read();
      }
    } catch (EOFException | java.net.SocketException e) {
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
