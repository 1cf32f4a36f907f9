package io.tidemark.mysql.wire;

/// `SERVER_STATUS_*` flags that the protocol layer adds to those of the session.
public final class ServerStatus {
  public static final int AUTOCOMMIT = 1 << 1;
  public static final int MORE_RESULTS_EXISTS = 1 << 3;
  public static final int CURSOR_EXISTS = 1 << 6;
  public static final int LAST_ROW_SENT = 1 << 7;
  public static final int SESSION_STATE_CHANGED = 1 << 14;

  private ServerStatus() {}
}
