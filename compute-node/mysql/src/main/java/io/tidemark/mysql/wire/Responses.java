package io.tidemark.mysql.wire;

import io.tidemark.sql.session.SqlSession.StateChange;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The generic responses OK, EOF and ERR, in the form that the client's capabilities ask for.
///
/// Source: MySQL manual, Client/Server Protocol, "Generic Response Packets"; that the information
/// text of OK is length-encoded is what servers and clients do.
public final class Responses {
  private static final int MAX_ERROR_MESSAGE = 511;

  private final PacketWriter writer;
  private final int capabilities;

  public Responses(PacketWriter writer, int capabilities) {
    this.writer = writer;
    this.capabilities = capabilities;
  }

  public boolean has(int capability) {
    return (capabilities & capability) != 0;
  }

  public void ok(int statusFlags) {
    ok(0, 0, statusFlags, 0, "", List.of());
  }

  public void ok(
      long affectedRows,
      long lastInsertId,
      int statusFlags,
      int warningCount,
      String information,
      List<StateChange> changes) {
    ok(0x00, affectedRows, lastInsertId, statusFlags, warningCount, information, changes);
  }

  private void ok(
      int header,
      long affectedRows,
      long lastInsertId,
      int statusFlags,
      int warningCount,
      String information,
      List<StateChange> changes) {
    writer.begin();
    writer.writeByte(header);
    writer.writeLengthEncoded(affectedRows);
    writer.writeLengthEncoded(lastInsertId);
    boolean tracked = !changes.isEmpty();
    writer.writeShort(tracked ? statusFlags | ServerStatus.SESSION_STATE_CHANGED : statusFlags);
    writer.writeShort(Math.min(warningCount, 0xFFFF));
    if (tracked || !information.isEmpty()) {
      writer.writeLengthEncodedText(information);
    }
    if (tracked) {
      byte[] encoded = encode(changes);
      writer.writeLengthEncodedBytes(encoded, 0, encoded.length);
    }
    writer.end();
  }

  /// The end of a list of column definitions, which newer clients do not want.
  public void endOfColumns(int statusFlags) {
    if (!has(Capabilities.DEPRECATE_EOF)) {
      eof(statusFlags, 0);
    }
  }

  /// The end of rows: EOF, or for newer clients an OK in its place.
  public void endOfRows(int statusFlags, int warningCount, List<StateChange> changes) {
    if (has(Capabilities.DEPRECATE_EOF)) {
      ok(0xFE, 0, 0, statusFlags, warningCount, "", changes);
    } else {
      eof(statusFlags, warningCount);
    }
  }

  private void eof(int statusFlags, int warningCount) {
    writer.begin();
    writer.writeByte(0xFE);
    writer.writeShort(Math.min(warningCount, 0xFFFF));
    writer.writeShort(statusFlags);
    writer.end();
  }

  public void error(MySqlError error, String message) {
    writer.begin();
    writer.writeByte(0xFF);
    writer.writeShort(error.number());
    if (has(Capabilities.PROTOCOL_41)) {
      writer.writeByte('#');
      writer.writeBytes(error.sqlState().getBytes(StandardCharsets.US_ASCII));
    }
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    writer.writeBytes(text, 0, cut(text));
    writer.end();
  }

  /// Length of the message as it is sent, which does not end within a character.
  private static int cut(byte[] text) {
    if (text.length <= MAX_ERROR_MESSAGE) {
      return text.length;
    }
    int end = MAX_ERROR_MESSAGE;
    while ((text[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  private static byte[] encode(List<StateChange> changes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (StateChange change : changes) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      switch (change) {
        case StateChange.SystemVariable(String name, String value) -> {
          all.write(0);
          writeText(body, name);
          writeText(body, value);
        }
        case StateChange.Schema(String name) -> {
          all.write(1);
          writeText(body, name);
        }
      }
      writeLengthEncoded(all, body.size());
      all.writeBytes(body.toByteArray());
    }
    return all.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream target, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeLengthEncoded(target, bytes.length);
    target.writeBytes(bytes);
  }

  private static void writeLengthEncoded(ByteArrayOutputStream target, int value) {
    if (value < 251) {
      target.write(value);
    } else if (value < 1 << 16) {
      target.write(0xFC);
      target.write(value);
      target.write(value >> 8);
    } else {
      target.write(0xFD);
      target.write(value);
      target.write(value >> 8);
      target.write(value >> 16);
    }
  }
}
