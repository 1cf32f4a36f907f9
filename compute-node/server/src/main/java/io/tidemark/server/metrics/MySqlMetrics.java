package io.tidemark.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidemark.mysql.MySqlServer;
import io.tidemark.mysql.ServerCounters;
import java.util.function.ToDoubleFunction;

/// Binds a compute node's MySQL port to a registry, tagged with the node's name.
public final class MySqlMetrics {
  private MySqlMetrics() {}

  public static void bind(MeterRegistry registry, String node, MySqlServer server) {
    Tags tags = Tags.of("node", node);
    Gauge.builder("tidemark.mysql.connections", server, MySqlServer::connectionCount)
        .description("Connections open now")
        .tags(tags)
        .register(registry);
    counter(registry, tags, "accepted", "Connections accepted", server, ServerCounters::accepted);
    counter(registry, tags, "refused", "Connections refused", server, ServerCounters::refused);
    counter(
        registry,
        tags,
        "aborted.logins",
        "Connections that ended before a session was open",
        server,
        ServerCounters::abortedLogins);
    counter(
        registry,
        tags,
        "aborted.clients",
        "Sessions that ended without COM_QUIT",
        server,
        ServerCounters::abortedClients);
    counter(registry, tags, "commands", "Commands of clients", server, ServerCounters::commands);
  }

  private static void counter(
      MeterRegistry registry,
      Tags tags,
      String name,
      String help,
      MySqlServer server,
      ToDoubleFunction<ServerCounters> value) {
    FunctionCounter.builder(
            "tidemark.mysql." + name, server, s -> value.applyAsDouble(s.counters()))
        .description(help)
        .tags(tags)
        .register(registry);
  }
}
