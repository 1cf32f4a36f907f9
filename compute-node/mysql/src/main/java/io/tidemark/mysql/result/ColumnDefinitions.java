package io.tidemark.mysql.result;

import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.type.ColumnMetadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Writes column definition packets.
///
/// Source: MySQL manual, Client/Server Protocol, `ColumnDefinition41`.
public final class ColumnDefinitions {
  private static final int BINARY_COLLATION = 63;
  private static final int VAR_STRING = 253;
  private static final byte[] CATALOG = {3, 'd', 'e', 'f'};
  private static final int FIXED_FIELDS = 0x0C;

  private ColumnDefinitions() {}

  /// Writes one packet for each column; names are in `character_set_results` as texts are.
  public static void write(
      PacketWriter writer, List<ResultColumn> columns, Optional<Collation> resultCollation) {
    for (ResultColumn column : columns) {
      write(writer, column, resultCollation);
    }
  }

  private static void write(
      PacketWriter writer, ResultColumn column, Optional<Collation> resultCollation) {
    Collation collation = resultCollation.orElse(column.type().collation());
    ColumnMetadata metadata =
        ColumnMetadata.of(
            column.type(), collation.id(), collation.charset().maxBytesPerCharacter());
    Charset names = resultCollation.map(Collation::charset).orElse(Charset.UTF8MB4);
    writer.begin();
    writer.writeBytes(CATALOG);
    writeName(writer, column.database(), names);
    writeName(writer, column.table(), names);
    writeName(writer, column.originalTable(), names);
    writeName(writer, column.name(), names);
    writeName(writer, column.originalName(), names);
    writeFixed(
        writer,
        metadata.collationId(),
        metadata.length(),
        metadata.protocolCode(),
        metadata.flags() | column.flags(),
        metadata.decimals());
    writer.end();
  }

  /// Writes what is known of a parameter before it is bound: nothing.
  public static void writeParameter(PacketWriter writer) {
    writer.begin();
    writer.writeBytes(CATALOG);
    writer.writeZeros(3);
    writer.writeByte(1);
    writer.writeByte('?');
    writer.writeByte(0);
    writeFixed(writer, BINARY_COLLATION, 0, VAR_STRING, ColumnMetadata.BINARY_FLAG, 0);
    writer.end();
  }

  private static void writeName(PacketWriter writer, String name, Charset charset) {
    byte[] bytes =
        charset == Charset.UTF8MB4 || charset == Charset.BINARY
            ? name.getBytes(StandardCharsets.UTF_8)
            : charset.encode(name);
    writer.writeLengthEncodedBytes(bytes, 0, bytes.length);
  }

  private static void writeFixed(
      PacketWriter writer, int collation, long length, int type, int flags, int decimals) {
    writer.writeByte(FIXED_FIELDS);
    writer.writeShort(collation);
    writer.writeInt((int) Math.min(length, 0xFFFFFFFFL));
    writer.writeByte(type);
    writer.writeShort(flags);
    writer.writeByte(decimals);
    writer.writeShort(0);
  }
}
