package io.tidemark.mysql.statement;

import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.SqlSession.PreparedStatement;
import io.tidemark.sql.session.SqlSession.RowCursor;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.NullValue;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A prepared statement as its client knows it: a number, the types of its parameters, which hold
/// until the client sends others, and an open cursor. Confined to the connection's thread.
final class StatementHandle {
  private static final Parameter NULL = new Parameter(NullValue.NULL);

  final int id;
  final PreparedStatement prepared;
  private final int parameterCount;

  /// Values that came in pieces, by number of the parameter.
  private final Map<Integer, ByteArrayOutputStream> longData = new HashMap<>();

  /// Type code and flags of each parameter; empty until the client has sent them.
  private short[] types = {};

  private boolean longDataTooLarge;
  private @Nullable RowCursor cursor;
  private SqlType[] cursorTypes = {};

  StatementHandle(int id, PreparedStatement prepared) {
    this.id = id;
    this.prepared = prepared;
    this.parameterCount = prepared.parameterCount();
  }

  int parameterCount() {
    return parameterCount;
  }

  /// Reads what follows the fixed fields of COM_STMT_EXECUTE.
  ///
  /// @param attributesAllowed the client has CLIENT_QUERY_ATTRIBUTES
  /// @param attributesSent it says that attributes may follow the parameters
  List<Parameter> readParameters(
      PayloadReader payload, boolean attributesAllowed, boolean attributesSent, Charset charset) {
    if (longDataTooLarge) {
      throw new Rejected(MySqlError.NET_PACKET_TOO_LARGE);
    }
    if (parameterCount == 0 && !(attributesAllowed && attributesSent)) {
      return List.of();
    }
    long count = attributesAllowed ? payload.readLengthEncoded() : parameterCount;
    if (count < parameterCount || count - parameterCount > payload.remaining()) {
      throw new MalformedPacket(count + " parameters, expected " + parameterCount);
    }
    if (count == 0) {
      return List.of();
    }
    byte[] nulls = payload.readBytes((count + 7) / 8);
    if (payload.readByte() != 0) {
      readTypes(payload, (int) count, attributesAllowed);
    }
    if (types.length < parameterCount) {
      throw new Rejected(MySqlError.WRONG_ARGUMENTS, "mysqld_stmt_execute");
    }
    List<Parameter> parameters = new ArrayList<>(parameterCount);
    for (int i = 0; i < parameterCount; i++) {
      parameters.add(readParameter(payload, i, nulls, charset));
    }
    return parameters;
  }

  private void readTypes(PayloadReader payload, int count, boolean named) {
    short[] sent = new short[parameterCount];
    for (int i = 0; i < count; i++) {
      int type = payload.readShort();
      if (i < parameterCount) {
        sent[i] = (short) type;
      }
      if (named) {
        payload.skip(payload.readLengthEncoded());
      }
    }
    types = sent;
  }

  private Parameter readParameter(
      PayloadReader payload, int number, byte[] nulls, Charset charset) {
    int type = types[number] & 0xFF;
    int flags = types[number] >> 8;
    if (!longData.isEmpty()) {
      ByteArrayOutputStream pieces = longData.get(number);
      if (pieces != null) {
        return new Parameter(ParameterDecoder.ofBytes(pieces.toByteArray(), type, charset));
      }
    }
    if ((nulls[number >> 3] & 1 << (number & 7)) != 0) {
      return NULL;
    }
    return new Parameter(ParameterDecoder.read(payload, type, flags, charset));
  }

  /// Appends a piece of a parameter's value. What is wrong with it is said at the next execution,
  /// because this command has no answer.
  ///
  /// @param room how many bytes the connection may still keep
  /// @return how many were kept
  int appendLongData(int number, byte[] piece, long room) {
    if (number >= parameterCount || piece.length > room) {
      longDataTooLarge = true;
      return 0;
    }
    longData.computeIfAbsent(number, n -> new ByteArrayOutputStream()).writeBytes(piece);
    return piece.length;
  }

  /// Forgets the pieces; returns how many bytes they were.
  long clearLongData() {
    longDataTooLarge = false;
    if (longData.isEmpty()) {
      return 0;
    }
    long size = 0;
    for (ByteArrayOutputStream pieces : longData.values()) {
      size += pieces.size();
    }
    longData.clear();
    return size;
  }

  Optional<RowCursor> cursor() {
    return Optional.ofNullable(cursor);
  }

  /// Types of the cursor's columns; shared.
  SqlType[] cursorTypes() {
    return cursorTypes;
  }

  void keepCursor(RowCursor opened, SqlType[] columnTypes) {
    cursor = opened;
    cursorTypes = columnTypes;
  }

  void closeCursor() {
    RowCursor open = cursor;
    if (open != null) {
      cursor = null;
      open.close();
    }
  }

  void close() {
    closeCursor();
    prepared.close();
  }
}
