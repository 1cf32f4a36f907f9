package io.tidemark.server.admin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a node says of itself at `/status`: lines `key=value`, of which the first three are `name`,
/// `role` and `state`. Immutable.
///
/// | key | of | meaning |
/// | --- | --- | --- |
/// | `append_lsn`, `durable_lsn` | writer | end of the log buffer, of what the quorum has |
/// | `durable_lsn`, `applied_lsn`, `lag_bytes`, `lag_ms` | replica | newest known, applied, between them |
/// | `shard_N_ingested_lsn`, `shard_N_uploaded_lsn` | page server | for each shard it serves |
/// | `durable_lsn` | log node | up to where it knows the log to be durable |
/// | `archived_lsn` | the log node that archives | up to where redo is in the object store |
/// | `mysql` | compute | where clients connect |
///
/// @param details the further lines, in their order
public record NodeStatus(String name, String role, String state, Map<String, String> details) {
  public NodeStatus {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  public Optional<String> find(String key) {
    return Optional.ofNullable(details.get(key));
  }

  /// As `/status` prints it.
  public String toText() {
    StringBuilder text = new StringBuilder();
    append(text, "name", name);
    append(text, "role", role);
    append(text, "state", state);
    details.forEach((key, value) -> append(text, key, value));
    return text.toString();
  }

  private static void append(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value.replace('\n', ' ')).append('\n');
  }

  /// Reads what [#toText] wrote; lines that are none are passed over.
  public static NodeStatus parse(String text) {
    Map<String, String> lines = new LinkedHashMap<>();
    text.lines()
        .forEach(line -> {
          int equals = line.indexOf('=');
          if (equals > 0) {
            lines.put(line.substring(0, equals), line.substring(equals + 1));
          }
        });
    return new NodeStatus(take(lines, "name"), take(lines, "role"), take(lines, "state"), lines);
  }

  private static String take(Map<String, String> lines, String key) {
    String value = lines.remove(key);
    return value == null ? "" : value;
  }
}
