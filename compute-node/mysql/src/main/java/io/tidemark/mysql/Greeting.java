package io.tidemark.mysql;

import io.tidemark.mysql.auth.Scramble;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.ServerStatus;
import io.tidemark.sql.password.CachingSha2Password;
import java.util.Arrays;

/// The first packet of a connection.
///
/// Source: MySQL manual, Client/Server Protocol, `HandshakeV10`.
final class Greeting {
  private static final int PROTOCOL = 10;
  private static final int DEFAULT_COLLATION = 255;
  private static final int FIRST_PART = 8;
  private static final int RESERVED = 10;

  private Greeting() {}

  static void write(
      PacketWriter writer, String version, long connectionId, byte[] scramble, boolean tls) {
    int capabilities = tls ? Capabilities.OFFERED | Capabilities.SSL : Capabilities.OFFERED;
    writer.begin();
    writer.writeByte(PROTOCOL);
    writer.writeNullTerminated(version);
    writer.writeInt((int) connectionId);
    writer.writeBytes(scramble, 0, FIRST_PART);
    writer.writeByte(0);
    writer.writeShort(capabilities);
    writer.writeByte(DEFAULT_COLLATION);
    writer.writeShort(ServerStatus.AUTOCOMMIT);
    writer.writeShort(capabilities >>> 16);
    writer.writeByte(Scramble.LENGTH + 1);
    writer.writeZeros(RESERVED);
    writer.writeBytes(Arrays.copyOfRange(scramble, FIRST_PART, Scramble.LENGTH));
    writer.writeByte(0);
    writer.writeNullTerminated(CachingSha2Password.PLUGIN);
    writer.end();
  }
}
