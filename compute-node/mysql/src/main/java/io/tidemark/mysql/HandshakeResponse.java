package io.tidemark.mysql;

import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.sql.password.NativePassword;
import java.util.Optional;

/// What a client says of itself, in its answer to the greeting or in COM_CHANGE_USER. Immutable.
///
/// Source: MySQL manual, Client/Server Protocol, `HandshakeResponse41`, `COM_CHANGE_USER`.
final class HandshakeResponse {
  /// Length of the fixed fields, and of the whole packet that only asks for TLS.
  static final int FIXED_LENGTH = 32;

  private static final int FILLER = 23;
  private static final int DEFAULT_COLLATION = 255;

  private final int capabilities;
  private final int collationId;
  private final String user;
  private final byte[] authentication;
  private final Optional<String> database;
  private final String plugin;

  private HandshakeResponse(
      int capabilities,
      int collationId,
      String user,
      byte[] authentication,
      Optional<String> database,
      String plugin) {
    this.capabilities = capabilities;
    this.collationId = collationId;
    this.user = user;
    this.authentication = authentication;
    this.database = database;
    this.plugin = plugin;
  }

  int capabilities() {
    return capabilities;
  }

  boolean has(int capability) {
    return (capabilities & capability) != 0;
  }

  int collationId() {
    return collationId;
  }

  String user() {
    return user;
  }

  /// The answer to the scramble; shared.
  byte[] authentication() {
    return authentication;
  }

  Optional<String> database() {
    return database;
  }

  String plugin() {
    return plugin;
  }

  /// The capabilities at the start of the packet, of which only those offered count.
  static int peekCapabilities(PayloadReader payload) {
    return payload.readInt() & (Capabilities.OFFERED | Capabilities.SSL);
  }

  static HandshakeResponse parse(PayloadReader payload) {
    int capabilities = peekCapabilities(payload);
    if ((capabilities & Capabilities.PROTOCOL_41) == 0) {
      throw new MalformedPacket("client without CLIENT_PROTOCOL_41");
    }
    payload.skip(4);
    int collationId = payload.readByte();
    payload.skip(FILLER);
    String user = payload.readNullTerminatedText(false);
    byte[] authentication;
    if ((capabilities & Capabilities.PLUGIN_AUTH_LENENC) != 0) {
      authentication = payload.readLengthEncodedBytes();
    } else if ((capabilities & Capabilities.SECURE_CONNECTION) != 0) {
      authentication = payload.readBytes(payload.readByte());
    } else {
      authentication = payload.readNullTerminated(false);
    }
    Optional<String> database = Optional.empty();
    if ((capabilities & Capabilities.CONNECT_WITH_DB) != 0) {
      database = nonEmpty(payload.readNullTerminatedText(true));
    }
    String plugin = readPlugin(capabilities, payload);
    skipAttributes(capabilities, payload);
    return new HandshakeResponse(capabilities, collationId, user, authentication, database, plugin);
  }

  /// COM_CHANGE_USER, after its command byte.
  static HandshakeResponse parseChangeUser(int capabilities, PayloadReader payload) {
    String user = payload.readNullTerminatedText(false);
    byte[] authentication = payload.readBytes(payload.readByte());
    Optional<String> database = nonEmpty(payload.readNullTerminatedText(true));
    int collationId = payload.remaining() >= 2 ? payload.readShort() : DEFAULT_COLLATION;
    String plugin = readPlugin(capabilities, payload);
    skipAttributes(capabilities, payload);
    return new HandshakeResponse(capabilities, collationId, user, authentication, database, plugin);
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String readPlugin(int capabilities, PayloadReader payload) {
    if ((capabilities & Capabilities.PLUGIN_AUTH) == 0) {
      return NativePassword.PLUGIN;
    }
    return payload.readNullTerminatedText(true);
  }

  /// Connection attributes are checked and not kept.
  private static void skipAttributes(int capabilities, PayloadReader payload) {
    if ((capabilities & Capabilities.CONNECT_ATTRIBUTES) == 0 || payload.remaining() == 0) {
      return;
    }
    PayloadReader attributes = payload.slice(checkedLength(payload));
    while (attributes.remaining() > 0) {
      attributes.skip(attributes.readLengthEncoded());
      attributes.skip(attributes.readLengthEncoded());
    }
  }

  private static int checkedLength(PayloadReader payload) {
    long length = payload.readLengthEncoded();
    if (length > payload.remaining()) {
      throw new MalformedPacket("connection attributes of " + length + " bytes");
    }
    return (int) length;
  }
}
