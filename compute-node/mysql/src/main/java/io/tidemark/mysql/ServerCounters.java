package io.tidemark.mysql;

import java.util.concurrent.atomic.LongAdder;

/// What the MySQL port has done since the start, for metrics. Thread-safe.
public final class ServerCounters {
  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder abortedLogins = new LongAdder();
  final LongAdder abortedClients = new LongAdder();
  final LongAdder commands = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder bytesSent = new LongAdder();

  ServerCounters() {}

  /// Connections that were accepted and not refused at once (`Connections`).
  public long accepted() {
    return accepted.sum();
  }

  /// Connections that were refused at once, because of a limit or because the server stops.
  public long refused() {
    return refused.sum();
  }

  /// Connections that ended before a session was open (`Aborted_connects`).
  public long abortedLogins() {
    return abortedLogins.sum();
  }

  /// Sessions that ended without COM_QUIT (`Aborted_clients`).
  public long abortedClients() {
    return abortedClients.sum();
  }

  /// Commands of clients (`Queries`).
  public long commands() {
    return commands.sum();
  }

  /// Bytes of commands after decryption (`Bytes_received`).
  public long bytesReceived() {
    return bytesReceived.sum();
  }

  /// Bytes of responses before encryption (`Bytes_sent`).
  public long bytesSent() {
    return bytesSent.sum();
  }
}
