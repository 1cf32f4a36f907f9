package io.tidemark.mysql.statement;

import io.tidemark.mysql.result.BinaryResultWriter;
import io.tidemark.mysql.result.ColumnDefinitions;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.session.SqlSession.PreparedStatement;
import io.tidemark.sql.session.SqlSession.RowCursor;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The COM_STMT commands of a connection. Confined to its thread.
public final class PreparedStatements implements AutoCloseable {
  private static final int READ_ONLY_CURSOR = 1;
  private static final int PARAMETER_COUNT_AVAILABLE = 8;

  private final SqlSession session;
  private final PacketWriter writer;
  private final Responses responses;
  private final BinaryResultWriter rows;
  private final StatementLimit limit;
  private final Map<Integer, StatementHandle> handles = new HashMap<>();
  private int lastId;
  private long longDataBytes;

  public PreparedStatements(
      SqlSession session, PacketWriter writer, Responses responses, StatementLimit limit) {
    this.session = session;
    this.writer = writer;
    this.responses = responses;
    this.rows = new BinaryResultWriter(writer, responses, session);
    this.limit = limit;
  }

  /// COM_STMT_PREPARE.
  public void prepare(byte[] sql) {
    limit.acquire();
    StatementHandle handle;
    try {
      handle = new StatementHandle(nextId(), session.prepare(sql));
    } catch (RuntimeException e) {
      limit.release();
      throw e;
    }
    handles.put(handle.id, handle);
    PreparedStatement prepared = handle.prepared;
    List<ResultColumn> columns = prepared.columns();
    writer.begin();
    writer.writeByte(0);
    writer.writeInt(handle.id);
    writer.writeShort(columns.size());
    writer.writeShort(handle.parameterCount());
    writer.writeByte(0);
    writer.writeShort(Math.min(prepared.warningCount(), 0xFFFF));
    writer.end();
    if (handle.parameterCount() > 0) {
      for (int i = 0; i < handle.parameterCount(); i++) {
        ColumnDefinitions.writeParameter(writer);
      }
      responses.endOfColumns(session.statusFlags());
    }
    if (!columns.isEmpty()) {
      ColumnDefinitions.write(writer, columns, session.resultCollation());
      responses.endOfColumns(session.statusFlags());
    }
  }

  private int nextId() {
    do {
      lastId++;
    } while (lastId == 0 || handles.containsKey(lastId));
    return lastId;
  }

  /// COM_STMT_EXECUTE.
  public void execute(PayloadReader payload) {
    StatementHandle handle = get(payload.readInt(), "mysqld_stmt_execute");
    int flags = payload.readByte();
    payload.skip(4);
    List<Parameter> parameters;
    try {
      parameters =
          handle.readParameters(
              payload,
              responses.has(Capabilities.QUERY_ATTRIBUTES),
              (flags & PARAMETER_COUNT_AVAILABLE) != 0,
              session.clientCharset());
    } finally {
      longDataBytes -= handle.clearLongData();
    }
    handle.closeCursor();
    if ((flags & READ_ONLY_CURSOR) != 0) {
      executeWithCursor(handle, parameters);
    } else {
      handle.prepared.execute(parameters, rows);
    }
  }

  private void executeWithCursor(StatementHandle handle, List<Parameter> parameters) {
    rows.startCursor();
    Optional<RowCursor> cursor;
    try {
      cursor = handle.prepared.openCursor(parameters, rows);
    } finally {
      rows.abandonCursor();
    }
    if (cursor.isPresent()) {
      handle.keepCursor(cursor.get(), rows.columnTypes());
      rows.endCursor(false);
    }
  }

  /// COM_STMT_FETCH.
  public void fetch(PayloadReader payload) {
    StatementHandle handle = get(payload.readInt(), "mysqld_stmt_fetch");
    long count = Math.min(payload.readUnsignedInt(), Integer.MAX_VALUE);
    RowCursor cursor =
        handle
            .cursor()
            .orElseThrow(() -> new Rejected(MySqlError.STMT_HAS_NO_OPEN_CURSOR, handle.id));
    rows.resumeCursor(handle.cursorTypes());
    boolean more;
    try {
      more = cursor.fetch((int) count, rows);
    } finally {
      rows.abandonCursor();
    }
    if (!more) {
      handle.closeCursor();
    }
    if (!rows.failed()) {
      rows.endCursor(!more);
    }
  }

  /// COM_STMT_SEND_LONG_DATA, which has no answer.
  public void sendLongData(PayloadReader payload) {
    StatementHandle handle = handles.get(payload.readInt());
    int parameter = payload.readShort();
    if (handle != null) {
      long room = session.maxAllowedPacket() - longDataBytes;
      longDataBytes += handle.appendLongData(parameter, payload.readRest(), room);
    }
  }

  /// COM_STMT_RESET.
  public void reset(PayloadReader payload) {
    StatementHandle handle = get(payload.readInt(), "mysqld_stmt_reset");
    handle.closeCursor();
    longDataBytes -= handle.clearLongData();
    responses.ok(session.statusFlags());
  }

  /// COM_STMT_CLOSE, which has no answer.
  public void close(PayloadReader payload) {
    StatementHandle handle = handles.remove(payload.readInt());
    if (handle != null) {
      close(handle);
    }
  }

  private void close(StatementHandle handle) {
    longDataBytes -= handle.clearLongData();
    limit.release();
    handle.close();
  }

  private StatementHandle get(int id, String command) {
    StatementHandle handle = handles.get(id);
    if (handle == null) {
      throw new Rejected(MySqlError.UNKNOWN_STMT_HANDLER, Integer.toUnsignedString(id), command);
    }
    return handle;
  }

  /// Closes all of them.
  @Override
  public void close() {
    for (StatementHandle handle : List.copyOf(handles.values())) {
      handles.remove(handle.id);
      close(handle);
    }
  }
}
