package io.tidemark.mysql.wire;

/// Capability flags of the handshake.
///
/// Source: MySQL manual, Client/Server Protocol, "Capabilities Flags".
public final class Capabilities {
  public static final int LONG_PASSWORD = 1;
  public static final int FOUND_ROWS = 1 << 1;
  public static final int LONG_FLAG = 1 << 2;
  public static final int CONNECT_WITH_DB = 1 << 3;
  public static final int IGNORE_SPACE = 1 << 8;
  public static final int PROTOCOL_41 = 1 << 9;
  public static final int INTERACTIVE = 1 << 10;
  public static final int SSL = 1 << 11;
  public static final int TRANSACTIONS = 1 << 13;
  public static final int SECURE_CONNECTION = 1 << 15;
  public static final int MULTI_STATEMENTS = 1 << 16;
  public static final int MULTI_RESULTS = 1 << 17;
  public static final int PS_MULTI_RESULTS = 1 << 18;
  public static final int PLUGIN_AUTH = 1 << 19;
  public static final int CONNECT_ATTRIBUTES = 1 << 20;
  public static final int PLUGIN_AUTH_LENENC = 1 << 21;
  public static final int SESSION_TRACK = 1 << 23;
  public static final int DEPRECATE_EOF = 1 << 24;
  public static final int QUERY_ATTRIBUTES = 1 << 27;

  /// What this server offers, without [#SSL].
  public static final int OFFERED =
      LONG_PASSWORD
          | FOUND_ROWS
          | LONG_FLAG
          | CONNECT_WITH_DB
          | IGNORE_SPACE
          | PROTOCOL_41
          | INTERACTIVE
          | TRANSACTIONS
          | SECURE_CONNECTION
          | MULTI_STATEMENTS
          | MULTI_RESULTS
          | PS_MULTI_RESULTS
          | PLUGIN_AUTH
          | CONNECT_ATTRIBUTES
          | PLUGIN_AUTH_LENENC
          | SESSION_TRACK
          | DEPRECATE_EOF
          | QUERY_ATTRIBUTES;

  private Capabilities() {}
}
