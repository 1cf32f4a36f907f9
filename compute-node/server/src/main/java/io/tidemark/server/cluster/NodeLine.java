package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.admin.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `cluster status` prints of a node. Immutable.
///
/// @param pid of its process; empty if that does not run
/// @param clients where clients connect; empty if they do not
/// @param status what it says of itself; empty if it does not answer
record NodeLine(
    String name,
    String role,
    Optional<Long> pid,
    Optional<String> clients,
    Optional<NodeStatus> status) {
  private static final String NONE = "-";
  private static final Pattern SHARD = Pattern.compile("shard_(\\d+)_ingested_lsn");
  private static final String FORMAT = "%-10s %-11s %7s  %-21s %-40s %-14s %s";

  static final String HEADER =
      FORMAT.formatted("NAME", "ROLE", "PID", "CLIENTS", "LSN", "LAG", "STATE");

  static NodeLine of(LocalNode node) throws StartupFailure {
    Optional<ProcessHandle> process = node.process();
    return new NodeLine(
        node.name(),
        node.role(),
        process.map(ProcessHandle::pid),
        node.clientAddress(),
        process.isPresent() ? node.ask() : Optional.empty());
  }

  /// `ready`, `starting` or `dead`, or what else it says of itself.
  String state() {
    if (pid.isEmpty()) {
      return "dead";
    }
    return status.map(NodeStatus::state).orElse("starting");
  }

  boolean isReady() {
    return state().equals("ready");
  }

  @Override
  public String toString() {
    return FORMAT.formatted(
        name,
        role,
        pid.map(String::valueOf).orElse(NONE),
        clients.orElse(NONE),
        status.map(NodeLine::lsns).orElse(NONE),
        status.map(NodeLine::lag).orElse(NONE),
        state());
  }

  private static String lsns(NodeStatus status) {
    Map<String, String> details = status.details();
    List<String> parts = new ArrayList<>();
    for (String kind : List.of("append", "durable", "applied", "archived")) {
      status.find(kind + "_lsn").ifPresent(lsn -> parts.add(kind + " " + lsn));
    }
    for (Map.Entry<String, String> one : details.entrySet()) {
      Matcher shard = SHARD.matcher(one.getKey());
      if (shard.matches()) {
        parts.add(
            "shard %s ingested %s uploaded %s"
                .formatted(
                    shard.group(1),
                    one.getValue(),
                    details.get("shard_" + shard.group(1) + "_uploaded_lsn")));
      }
    }
    return parts.isEmpty() ? NONE : String.join(" ", parts);
  }

  private static String lag(NodeStatus status) {
    return status
        .find("lag_bytes")
        .map(bytes -> bytes + " B " + status.find("lag_ms").orElse("?") + " ms")
        .orElse(NONE);
  }
}
