package io.tidemark.mysql.result;

import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.mysql.wire.ServerStatus;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.session.SqlSession.StateChange;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import java.util.List;

/// Sends the outcome of statements. The subclass encodes rows in one of the two protocols. Reused
/// for all statements of a connection; confined to its thread.
public abstract class ResultWriter implements ResultSink {
  protected final PacketWriter writer;
  private final Responses responses;
  private final SqlSession session;

  /// Types of the current result's columns.
  protected SqlType[] types = {};

  /// Number of the next column of the current row.
  protected int column;

  private boolean cursor;
  private boolean failed;

  ResultWriter(PacketWriter writer, Responses responses, SqlSession session) {
    this.writer = writer;
    this.responses = responses;
    this.session = session;
  }

  /// A cursor is being opened: what follows the column definitions is not part of the result.
  public void startCursor() {
    cursor = true;
    failed = false;
  }

  /// Takes up a cursor whose columns have been sent.
  public void resumeCursor(SqlType[] columnTypes) {
    types = columnTypes;
    cursor = true;
    failed = false;
  }

  /// Ends the response for a cursor that has been opened or from which rows have been fetched.
  public void endCursor(boolean lastRowSent) {
    cursor = false;
    int flag = lastRowSent ? ServerStatus.LAST_ROW_SENT : ServerStatus.CURSOR_EXISTS;
    responses.endOfRows(session.statusFlags() | flag, 0, List.of());
  }

  /// Leaves the mode of [#startCursor] or [#resumeCursor] without a word to the client.
  public void abandonCursor() {
    cursor = false;
  }

  /// Whether the statement since [#startCursor] or [#resumeCursor] has failed.
  public boolean failed() {
    return failed;
  }

  public SqlType[] columnTypes() {
    return types;
  }

  @Override
  public final void startRows(List<ResultColumn> columns) {
    types = new SqlType[columns.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = columns.get(i).type();
    }
    writer.begin();
    writer.writeLengthEncoded(types.length);
    writer.end();
    ColumnDefinitions.write(writer, columns, session.resultCollation());
    if (!cursor) {
      responses.endOfColumns(session.statusFlags());
    }
  }

  @Override
  public void startRow() {
    column = 0;
    writer.begin();
  }

  @Override
  public final void endRow() {
    if (column != types.length) {
      throw new IllegalStateException("row with " + column + " columns, expected " + types.length);
    }
    writer.end();
  }

  @Override
  public final void endRows(int statusFlags, int warningCount, boolean moreResults) {
    responses.endOfRows(status(statusFlags, moreResults), warningCount, changes());
  }

  @Override
  public final void ok(Completion completion) {
    responses.ok(
        completion.affectedRows(),
        completion.lastInsertId(),
        status(completion.statusFlags(), completion.moreResults()),
        completion.warningCount(),
        completion.information(),
        changes());
  }

  @Override
  public final void error(MySqlError error, String message) {
    failed = true;
    writer.abandon();
    responses.error(error, message);
  }

  private int status(int statusFlags, boolean moreResults) {
    return moreResults ? statusFlags | ServerStatus.MORE_RESULTS_EXISTS : statusFlags;
  }

  private List<StateChange> changes() {
    return responses.has(Capabilities.SESSION_TRACK) ? session.takeStateChanges() : List.of();
  }
}
