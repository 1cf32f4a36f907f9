package io.tidemark.mysql;

import io.tidemark.mysql.wire.Deadline;
import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PacketReader;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.mysql.wire.ProtocolViolation;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.error.TidemarkException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client, served by one thread that reads a command, executes it and writes the response.
///
/// The thread waits in the kernel for the next command, so a request costs no hand-over between
/// threads, and a statement may wait for locks, pages or the log without a word to anybody
/// (docs/decisions/003-threads-of-the-mysql-port.md). Other threads only call [#end] and [#abort].
final class Connection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int LINGER_MILLIS = 1_000;
  private static final long LINGER_BYTES = 64L << 20;

  private final ServerContext context;
  private final Connections connections;
  private final long id;
  private final Socket socket;
  private final long acceptedNanos = System.nanoTime();
  private final Deadline deadline;
  private final PacketReader reader;
  private final PacketWriter writer;
  private final Login login;
  private Responses responses;
  private @Nullable Commands commands;
  private long bytesRead;
  private long bytesWritten;

  /// The session that other threads may interrupt.
  private volatile @Nullable SqlSession session;

  /// Why the connection is to end before the next command; null while it is not.
  private volatile @Nullable MySqlError ending;

  private Connection(
      ServerContext context,
      Connections connections,
      long id,
      Socket socket,
      Deadline deadline,
      PacketReader reader,
      PacketWriter writer) {
    this.context = context;
    this.connections = connections;
    this.id = id;
    this.socket = socket;
    this.deadline = deadline;
    this.reader = reader;
    this.writer = writer;
    this.login = new Login(context, id, socket, reader, writer);
    this.responses = new Responses(writer, login.capabilities());
  }

  static Connection open(ServerContext context, Connections connections, long id, Socket socket)
      throws IOException {
    MySqlServerConfig config = context.config();
    Deadline deadline =
        new Deadline(
            config.connectTimeout().toMillis(),
            config.readTimeout().toMillis(),
            config.writeTimeout().toMillis());
    return new Connection(
        context,
        connections,
        id,
        socket,
        deadline,
        new PacketReader(socket.getInputStream(), deadline),
        new PacketWriter(socket.getOutputStream(), deadline));
  }

  long id() {
    return id;
  }

  long acceptedNanos() {
    return acceptedNanos;
  }

  Deadline deadline() {
    return deadline;
  }

  @Override
  public void run() {
    boolean clean = false;
    try {
      if (open()) {
        connections.loggedIn(this);
        clean = serve();
      }
    } catch (ProtocolViolation e) {
      LOG.debug("connection {}: {}", id, e.getMessage());
      answerAndLinger(e.error());
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("connection {}: {}", id, e.toString());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.error("connection {}: ended by an unexpected failure", id, e);
      answer(MySqlError.UNKNOWN_ERROR);
    } finally {
      closeAll(clean);
    }
  }

  /// Lets the client in; false if it was refused with an error.
  private boolean open() throws IOException {
    try {
      SqlSession opened = login.open();
      use(opened);
    } catch (Rejected e) {
      refuse(e);
      return false;
    }
    responses.ok(session().statusFlags());
    writer.flush();
    deadline.loggedIn();
    return true;
  }

  private void refuse(Rejected e) {
    responses = new Responses(writer, login.capabilities());
    writer.abandon();
    responses.error(e.error(), String.valueOf(e.getMessage()));
    writer.flush();
  }

  private void use(SqlSession opened) {
    responses = new Responses(writer, login.capabilities());
    commands = new Commands(opened, writer, responses, context);
    session = opened;
    opened.onKill(this::abort);
  }

  private Commands commands() {
    Commands open = commands;
    if (open == null) {
      throw new IllegalStateException("connection " + id + " has no session");
    }
    return open;
  }

  private SqlSession session() {
    return commands().session();
  }

  /// Executes commands until the client leaves; true if it said so.
  private boolean serve() throws IOException {
    while (true) {
      SqlSession current = session();
      deadline.idleTimeout(current.idleTimeoutSeconds());
      reader.startCommand();
      boolean arrived = awaitCommand(current.maxAllowedPacket());
      MySqlError reason = ending;
      if (reason != null) {
        writer.sequence(0);
        answer(reason);
        return false;
      }
      if (!arrived) {
        return false;
      }
      writer.sequence(reader.sequence());
      PayloadReader payload = reader.payload();
      reader.trim();
      int command = payload.remaining() == 0 ? 0 : payload.readByte();
      if (command == Command.QUIT) {
        return true;
      }
      execute(command, payload);
      if (!reader.hasPacket()) {
        writer.flush();
        writer.trim();
      }
      count();
    }
  }

  private boolean awaitCommand(long maxPayload) throws IOException {
    try {
      return reader.read(maxPayload);
    } catch (ProtocolViolation e) {
      throw e;
    } catch (IOException e) {
      if (ending != null) {
        // TLS takes the end of the stream that [#end] makes for an attack.
        return false;
      }
      throw e;
    }
  }

  private void execute(int command, PayloadReader payload) throws IOException {
    try {
      if (command == Command.CHANGE_USER) {
        changeUser(payload);
      } else {
        commands().execute(command, payload);
      }
    } catch (Rejected e) {
      answer(e.error(), String.valueOf(e.getMessage()));
    } catch (MalformedPacket e) {
      LOG.debug("connection {}: {}", id, e.getMessage());
      answer(MySqlError.MALFORMED_PACKET, MySqlError.MALFORMED_PACKET.format());
    } catch (TidemarkException e) {
      LOG.error("connection {}: a command failed", id, e);
      answer(MySqlError.UNKNOWN_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private void answer(MySqlError error, String message) {
    writer.abandon();
    responses.error(error, message);
  }

  /// COM_CHANGE_USER: the old session ends whether the new one opens or not. A client that does not
  /// prove to be the new user is put out.
  private void changeUser(PayloadReader payload) throws IOException {
    Commands old = commands();
    SqlSession opened;
    try {
      opened = login.changeUser(payload);
    } catch (Rejected e) {
      refuse(e);
      throw new IOException("COM_CHANGE_USER was refused");
    }
    try {
      old.close();
    } finally {
      use(opened);
    }
    responses.ok(opened.statusFlags());
  }

  private void count() {
    ServerCounters counters = context.counters();
    counters.commands.increment();
    counters.bytesReceived.add(reader.bytesRead() - bytesRead);
    counters.bytesSent.add(writer.bytesWritten() - bytesWritten);
    bytesRead = reader.bytesRead();
    bytesWritten = writer.bytesWritten();
  }

  /// Sends an error if the client still takes it.
  private void answer(MySqlError error) {
    try {
      answer(error, error.format());
      writer.flush();
    } catch (UncheckedIOException e) {
      LOG.debug("connection {}: could not tell the client {}", id, error);
    }
  }

  /// Sends an error to a client that is still sending: closing at once would reset the connection
  /// and take the error away from it.
  private void answerAndLinger(MySqlError error) {
    writer.sequence(reader.sequence());
    answer(error);
    try {
      socket.shutdownOutput();
      socket.setSoTimeout(LINGER_MILLIS);
      InputStream rest = socket.getInputStream();
      byte[] ignored = new byte[16 * 1024];
      long end = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
      long count = 0;
      while (count < LINGER_BYTES && System.nanoTime() - end < 0) {
        int read = rest.read(ignored);
        if (read < 0) {
          return;
        }
        count += read;
      }
    } catch (IOException e) {
      LOG.debug("connection {}: {}", id, e.toString());
    }
  }

  private void closeAll(boolean clean) {
    ServerCounters counters = context.counters();
    if (commands == null) {
      counters.abortedLogins.increment();
    } else if (!clean) {
      counters.abortedClients.increment();
    }
    try {
      Commands open = commands;
      if (open != null) {
        open.close();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("connection {}: its session could not be closed", id, e);
    } finally {
      abort();
      connections.remove(this);
    }
  }

  /// Ends the connection before its next command, with `reason` as the last word. A login in
  /// progress ends at once. Any thread.
  void end(MySqlError reason) {
    ending = reason;
    if (deadline.phase() == Deadline.Phase.LOGIN) {
      abort();
      return;
    }
    try {
      // Wakes the thread if it waits for a command: it finds the end of the stream.
      socket.shutdownInput();
    } catch (IOException e) {
      LOG.debug("connection {}: {}", id, e.toString());
      abort();
    }
  }

  /// Ends the running statement. Any thread.
  void interrupt() {
    SqlSession open = session;
    if (open != null) {
      open.interrupt();
    }
  }

  /// Closes the socket, under the connection's thread if need be. Any thread.
  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("connection {}: {}", id, e.toString());
    }
  }
}
