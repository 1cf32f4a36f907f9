package io.tidemark.server.cluster;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Small transactions on a writer for some seconds, so that a JVM that records profiles of its
/// methods has some of those that matter when somebody works with the database.
///
/// Speaks as much of the MySQL protocol as root without a password needs for statements without
/// rows. Its errors end it and nothing else.
final class RehearsalLoad {
  private static final int CLIENTS = 4;
  private static final int ROWS = 500;
  private static final int COM_QUERY = 3;
  private static final int ERR = 0xff;

  /// CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION and CLIENT_PLUGIN_AUTH.
  private static final int CAPABILITIES = 0x200 | 0x8000 | 0x80000;

  private RehearsalLoad() {}

  /// Waits for the writer, then works for `time`.
  static void run(int port, Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (true) {
      try (Client client = new Client(port)) {
        client.execute("CREATE DATABASE rehearsal");
        client.execute(
            "CREATE TABLE rehearsal.t (id INT AUTO_INCREMENT PRIMARY KEY, k INT, c CHAR(120), KEY k (k))");
        break;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    long stop = System.nanoTime() + time.toNanos();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofPlatform().start(() -> work(port, stop)));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private static void work(int port, long stop) {
    RandomGenerator random = RandomGenerator.getDefault();
    try (Client client = new Client(port)) {
      for (int i = 0; i < ROWS; i++) {
        client.execute("INSERT INTO rehearsal.t (k, c) VALUES (" + i + ", 'rehearsal')");
      }
      while (System.nanoTime() < stop) {
        int id = 1 + random.nextInt(ROWS * CLIENTS);
        client.execute("UPDATE rehearsal.t SET c = 'c" + random.nextInt() + "' WHERE id = " + id);
        client.execute("UPDATE rehearsal.t SET k = k + 1 WHERE id = " + id);
        client.execute(
            "DO (SELECT SUM(k) FROM rehearsal.t WHERE id BETWEEN "
                + id
                + " AND "
                + (id + 20)
                + ")");
      }
    } catch (IOException e) {
      System.err.println("rehearsal: " + e.getMessage());
    }
  }

  /// One connection. Confined to its thread.
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      read();
      byte[] login = new byte[32 + "root".length() + 2 + "mysql_native_password".length() + 1];
      for (int i = 0; i < 4; i++) {
        login[i] = (byte) (CAPABILITIES >>> (8 * i));
      }
      login[7] = 1; // packets of at most 16 MiB
      login[8] = 45; // utf8mb4
      copy("root", login, 32);
      copy("mysql_native_password", login, 38);
      write(1, login);
      read();
    }

    private static void copy(String text, byte[] target, int offset) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    void execute(String statement) throws IOException {
      byte[] text = statement.getBytes(StandardCharsets.UTF_8);
      byte[] packet = new byte[text.length + 1];
      packet[0] = COM_QUERY;
      System.arraycopy(text, 0, packet, 1, text.length);
      write(0, packet);
      read();
    }

    private void write(int sequence, byte[] payload) throws IOException {
      byte[] packet = new byte[4 + payload.length];
      packet[0] = (byte) payload.length;
      packet[1] = (byte) (payload.length >>> 8);
      packet[2] = (byte) (payload.length >>> 16);
      packet[3] = (byte) sequence;
      System.arraycopy(payload, 0, packet, 4, payload.length);
      out.write(packet);
    }

    private void read() throws IOException {
      int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
      in.readUnsignedByte();
      byte[] payload = in.readNBytes(length);
      if (payload.length > 9 && (payload[0] & 0xff) == ERR) {
        throw new IOException(new String(payload, 9, payload.length - 9, StandardCharsets.UTF_8));
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
