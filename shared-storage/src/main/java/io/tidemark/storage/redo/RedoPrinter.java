package io.tidemark.storage.redo;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Prints redo readably: a line for each frame, mtr and record. Confined to one thread.
public final class RedoPrinter {
  private static final int SHOWN_BYTES = 32;
  private static final HexFormat HEX = HexFormat.of();

  private final RecordCursor cursor = new RecordCursor();
  private final Consumer<String> lines;

  public RedoPrinter(Consumer<String> lines) {
    this.lines = lines;
  }

  /// Prints a frame with its mtrs that end behind `from`.
  ///
  /// @throws Corrupt if the body cannot be read; what precedes the damage has been printed
  public void print(Frame frame, Lsn from) {
    lines.accept(frame + " bytes " + frame.bytes().length);
    frame.forEachMtr(from, this::printMtr);
  }

  private void printMtr(long endLsn, byte[] bytes, int offset, int length) {
    lines.accept("  mtr lsn " + endLsn + " bytes " + length);
    cursor.reset(bytes, offset, length);
    while (cursor.next()) {
      lines.accept("    " + describe(cursor));
    }
  }

  /// The record that `record` stands at, in one line.
  public static String describe(RecordCursor record) {
    byte[] bytes = record.bytes();
    int at = record.payloadStart();
    int end = record.payloadEnd();
    RedoRecordType type = record.type();
    String head = type.changesPage() ? type + " page " + record.pageId() : type.toString();
    try {
      return head + " " + payload(type, bytes, at, end);
    } catch (Corrupt | IndexOutOfBoundsException e) {
      return head + " unreadable payload " + shown(bytes, at, end);
    }
  }

  private static String payload(RedoRecordType type, byte[] bytes, int at, int end) {
    return switch (type) {
      case PAGE_FORMAT ->
          "type %s level %d flags 0x%02X owner %d"
              .formatted(
                  PageType.ofCode(bytes[at]), bytes[at + 1], bytes[at + 2], longAt(bytes, at + 3));
      case ITEM_INSERT, ITEM_REPLACE -> numberAndRest("slot", bytes, at, end);
      case ITEM_DELETE ->
          "slot %d count %d"
              .formatted(
                  Varint.read(bytes, at, end),
                  Varint.read(bytes, Varint.skip(bytes, at, end), end));
      case ITEM_PATCH ->
          "slot %d ".formatted(Varint.read(bytes, at, end))
              + numberAndRest("at", bytes, Varint.skip(bytes, at, end), end);
      case ITEMS_INSERT -> items(bytes, at, end);
      case SIBLINGS -> "left %d right %d".formatted(intAt(bytes, at), intAt(bytes, at + 4));
      case HEADER ->
          "level %d flags 0x%02X owner %d extra 0x%X"
              .formatted(bytes[at], bytes[at + 1], longAt(bytes, at + 2), longAt(bytes, at + 10));
      case BYTES -> numberAndRest("at", bytes, at, end);
      case TRANSACTION_COMMIT -> commit(bytes, at, end);
      case TRANSACTION_ABORT -> "transaction " + Varint.read(bytes, at, end);
      case BINLOG_EVENTS -> numberAndRest("transaction", bytes, at, end);
      case CATALOG_CHANGE -> numberAndRest("version", bytes, at, end);
      case FORMAT_GATE -> "version " + Varint.read(bytes, at, end);
      case SPACE_CREATED, SPACE_DROPPED -> "space " + Varint.read(bytes, at, end);
      case PURGE_HORIZON -> "lsn " + Varint.read(bytes, at, end);
    };
  }

  private static String commit(byte[] bytes, int at, int end) {
    int time = Varint.skip(bytes, at, end);
    String transaction = "transaction " + Varint.read(bytes, at, end);
    return time == end
        ? transaction
        : transaction + " at " + Instant.ofEpochMilli(Varint.read(bytes, time, end));
  }

  private static String items(byte[] bytes, int start, int end) {
    int at = Varint.skip(bytes, start, end);
    int count = 0;
    while (at < end) {
      int length = Varint.readInt(bytes, at, end);
      at = Varint.skip(bytes, at, end) + length;
      count++;
    }
    return "slot %d count %d bytes %d"
        .formatted(Varint.read(bytes, start, end), count, end - start);
  }

  private static String numberAndRest(String name, byte[] bytes, int at, int end) {
    int rest = Varint.skip(bytes, at, end);
    return "%s %d: %d bytes %s"
        .formatted(name, Varint.read(bytes, at, end), end - rest, shown(bytes, rest, end));
  }

  private static String shown(byte[] bytes, int at, int end) {
    return end - at <= SHOWN_BYTES
        ? HEX.formatHex(bytes, at, end)
        : HEX.formatHex(bytes, at, at + SHOWN_BYTES) + "..";
  }

  private static int intAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static long longAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }
}
