package io.tidemark.mysql;

import io.tidemark.mysql.auth.Authenticator;
import io.tidemark.mysql.auth.Authenticator.Attempt;
import io.tidemark.mysql.auth.Authenticator.Bytes;
import io.tidemark.mysql.auth.Scramble;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PacketReader;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.mysql.wire.ProtocolViolation;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.session.SqlServer.ConnectionAttributes;
import io.tidemark.sql.session.SqlServer.TlsState;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// From the greeting to an open session, and again for COM_CHANGE_USER. Confined to the
/// connection's thread.
final class Login {
  private static final String[] TLS_PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final ServerContext context;
  private final long connectionId;
  private final Socket socket;
  private final String host;
  private final PacketReader reader;
  private final PacketWriter writer;
  private int capabilities = Capabilities.PROTOCOL_41;
  private Optional<TlsState> tls = Optional.empty();

  Login(
      ServerContext context,
      long connectionId,
      Socket socket,
      PacketReader reader,
      PacketWriter writer) {
    this.context = context;
    this.connectionId = connectionId;
    this.socket = socket;
    this.host = hostOf(socket);
    this.reader = reader;
    this.writer = writer;
  }

  /// Loopback is `localhost` to the accounts, as it is where the server does not look up names but
  /// clients come through a Unix socket.
  private static String hostOf(Socket socket) {
    return socket.getInetAddress().isLoopbackAddress()
        ? "localhost"
        : socket.getInetAddress().getHostAddress();
  }

  /// Capabilities that client and server share; only PROTOCOL_41 until the client has spoken.
  int capabilities() {
    return capabilities;
  }

  /// Greets the client, checks it and opens its session. The final OK is the caller's.
  ///
  /// @throws io.tidemark.storage.error.Rejected if the client is not let in
  SqlSession open() throws IOException {
    byte[] scramble = Scramble.create();
    Greeting.write(
        writer, context.sql().serverVersion(), connectionId, scramble, context.tls().isPresent());
    writer.flush();
    reader.sequence(writer.sequence());
    PayloadReader payload = receive();
    HandshakeResponse response;
    try {
      if (asksForTls(payload)) {
        startTls(context.tls().orElseThrow());
      }
      response = HandshakeResponse.parse(tls.isPresent() ? receive() : reader.payload());
    } catch (MalformedPacket e) {
      throw new ProtocolViolation(MySqlError.HANDSHAKE_ERROR, String.valueOf(e.getMessage()));
    }
    capabilities = response.capabilities();
    writer.sequence(reader.sequence());
    return openSession(response, response.plugin(), scramble, response.authentication());
  }

  /// Checks the client again as another user and opens a session for it. The answer in the command
  /// is not used: a fresh scramble is sent, which every client with plugins can answer.
  SqlSession changeUser(PayloadReader payload) throws IOException {
    HandshakeResponse response = HandshakeResponse.parseChangeUser(capabilities, payload);
    return openSession(response, "", Scramble.create(), response.authentication());
  }

  private SqlSession openSession(
      HandshakeResponse response, String plugin, byte[] scramble, byte[] answer)
      throws IOException {
    Attempt attempt =
        new Attempt(
            response.user(), host, plugin, new Bytes(scramble), new Bytes(answer), tls.isPresent());
    Account account = context.authenticator().authenticate(attempt, reader, writer);
    return context
        .sql()
        .openSession(
            account,
            new ConnectionAttributes(
                connectionId,
                response.database(),
                response.collationId(),
                host,
                has(Capabilities.FOUND_ROWS),
                has(Capabilities.MULTI_STATEMENTS),
                has(Capabilities.INTERACTIVE),
                tls));
  }

  private boolean has(int capability) {
    return (capabilities & capability) != 0;
  }

  private PayloadReader receive() throws IOException {
    if (!reader.read(Authenticator.MAX_PACKET)) {
      throw new EOFException("the client left before it said who it is");
    }
    return reader.payload();
  }

  private boolean asksForTls(PayloadReader payload) {
    boolean onlyFixed = payload.remaining() == HandshakeResponse.FIXED_LENGTH;
    boolean asked =
        (HandshakeResponse.peekCapabilities(payload) & Capabilities.SSL) != 0 && onlyFixed;
    if (asked && context.tls().isEmpty()) {
      throw new MalformedPacket("TLS was not offered");
    }
    return asked;
  }

  /// What has arrived after the request is the beginning of TLS, never of the protocol.
  private void startTls(SSLContext sslContext) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            sslContext
                .getSocketFactory()
                .createSocket(socket, new ByteArrayInputStream(reader.takeUnread()), true);
    secure.setUseClientMode(false);
    secure.setEnabledProtocols(TLS_PROTOCOLS);
    secure.startHandshake();
    reader.source(secure.getInputStream());
    writer.target(secure.getOutputStream());
    SSLSession session = secure.getSession();
    tls = Optional.of(new TlsState(session.getProtocol(), session.getCipherSuite()));
  }
}
