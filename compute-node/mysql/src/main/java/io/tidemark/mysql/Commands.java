package io.tidemark.mysql;

import io.tidemark.mysql.result.TextResultWriter;
import io.tidemark.mysql.statement.PreparedStatements;
import io.tidemark.mysql.statement.QueryAttributes;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Executes the commands of one session. Confined to the connection's thread.
final class Commands implements AutoCloseable {
  private static final int MULTI_STATEMENTS_ON = 0;
  private static final int MULTI_STATEMENTS_OFF = 1;

  private final SqlSession session;
  private final PacketWriter writer;
  private final Responses responses;
  private final TextResultWriter rows;
  private final PreparedStatements statements;

  Commands(SqlSession session, PacketWriter writer, Responses responses, ServerContext context) {
    this.session = session;
    this.writer = writer;
    this.responses = responses;
    this.rows = new TextResultWriter(writer, responses, session);
    this.statements = new PreparedStatements(session, writer, responses, context.statements());
  }

  SqlSession session() {
    return session;
  }

  /// Executes one command other than QUIT and CHANGE_USER and writes its response.
  ///
  /// @throws Rejected with the error that is the response
  /// @throws io.tidemark.mysql.wire.MalformedPacket if the command's fields are not what they
  ///   should be
  void execute(int command, PayloadReader payload) {
    switch (command) {
      case Command.QUERY -> query(payload);
      case Command.STMT_EXECUTE -> statements.execute(payload);
      case Command.STMT_PREPARE -> statements.prepare(payload.readRest());
      case Command.STMT_CLOSE -> statements.close(payload);
      case Command.STMT_RESET -> statements.reset(payload);
      case Command.STMT_FETCH -> statements.fetch(payload);
      case Command.STMT_SEND_LONG_DATA -> statements.sendLongData(payload);
      case Command.PING -> responses.ok(session.statusFlags());
      case Command.INIT_DB -> session.useDatabase(text(payload.readRest()), rows);
      case Command.STATISTICS -> statistics();
      case Command.PROCESS_KILL -> kill(payload.readUnsignedInt());
      case Command.SET_OPTION -> setOption(payload.readShort());
      case Command.RESET_CONNECTION -> reset();
      default -> throw new Rejected(MySqlError.UNKNOWN_COM);
    }
  }

  private void query(PayloadReader payload) {
    if (responses.has(Capabilities.QUERY_ATTRIBUTES)) {
      QueryAttributes.skip(payload);
    }
    session.query(payload.readRest(), rows);
  }

  private String text(byte[] bytes) {
    return session.clientCharset().decode(bytes);
  }

  private void statistics() {
    writer.begin();
    writer.writeBytes(session.statistics().getBytes(StandardCharsets.UTF_8));
    writer.end();
  }

  private void kill(long connectionId) {
    session.query(("KILL " + connectionId).getBytes(StandardCharsets.US_ASCII), rows);
  }

  private void setOption(int option) {
    switch (option) {
      case MULTI_STATEMENTS_ON -> session.allowMultiStatements(true);
      case MULTI_STATEMENTS_OFF -> session.allowMultiStatements(false);
      default -> throw new Rejected(MySqlError.UNKNOWN_COM);
    }
    responses.endOfRows(session.statusFlags(), 0, List.of());
  }

  private void reset() {
    statements.close();
    session.reset();
    responses.ok(session.statusFlags());
  }

  @Override
  public void close() {
    try {
      statements.close();
    } finally {
      session.close();
    }
  }
}
