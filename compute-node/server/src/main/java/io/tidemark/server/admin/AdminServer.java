package io.tidemark.server.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.server.StartupFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Serves `/healthz` (is the process alive), `/readyz` (does it accept clients), `/status` (lines
/// of [NodeStatus]) and `/metrics` (Prometheus text format).
///
/// `/healthz` answers 200 unless the node has failed for good; `/readyz` answers 200 only between
/// the end of start-up and the beginning of shutdown, else 503 with the reason.
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;

  private AdminServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /// Starts listening; `port` 0 takes any free one.
  public static AdminServer open(
      InetAddress bind,
      int port,
      PrometheusMeterRegistry metrics,
      Supplier<NodeHealth> health,
      Supplier<NodeStatus> status)
      throws StartupFailure {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(bind, port), 64);
    } catch (BindException e) {
      throw new StartupFailure(
          "admin port %d on %s is in use; choose another with --admin-port"
              .formatted(port, bind.getHostAddress()),
          e);
    } catch (IOException e) {
      throw new StartupFailure("admin port " + port + " cannot be opened: " + e.getMessage(), e);
    }
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.createContext(
        "/healthz",
        exchange -> {
          NodeHealth now = health.get();
          answer(exchange, now.isAlive() ? 200 : 503, now.description());
        });
    server.createContext(
        "/readyz",
        exchange -> {
          NodeHealth now = health.get();
          answer(exchange, now.isReady() ? 200 : 503, now.description());
        });
    server.createContext("/status", exchange -> answer(exchange, 200, status.get().toText()));
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
    server.createContext(
        "/", exchange -> answer(exchange, 404, "try /healthz, /readyz, /status or /metrics"));
    server.start();
    return new AdminServer(server, executor);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
