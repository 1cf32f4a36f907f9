package io.tidemark.server;

import io.tidemark.storage.ByteSize;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tidemark dev`: parses the options and runs a [DevNode] until SIGTERM or a fatal failure.
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Runs the whole database in one process: writer, replicas, page server and a local redo log.",
      "",
      "The account 'root' has no password, so the server listens on loopback unless --bind says"
          + " otherwise. When it accepts clients it prints one line; connect with",
      "  mariadb -h 127.0.0.1 -P 3306 -u root",
      ""
    },
    footer = {
      "",
      "SIGTERM or Ctrl-C stops it cleanly. kill -9 loses no acknowledged commit.",
      "The heap is 512 MiB unless TIDEMARK_JAVA_OPTS says otherwise (for example -Xmx2g)."
    })
final class DevCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "tidemark-data",
      description = "Data directory, created if absent. Default: ${DEFAULT-VALUE}")
  private Path data = Path.of("tidemark-data");

  @Option(
      names = "--mysql-port",
      paramLabel = "PORT",
      defaultValue = "3306",
      description = "Port of the writer for MySQL clients; 0 takes a free one. Default: 3306")
  private int mysqlPort;

  @Option(
      names = "--replica-port",
      paramLabel = "PORT",
      defaultValue = "3307",
      description =
          "Port of the first replica; further replicas take the following ports. Default: 3307")
  private int replicaPort;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of read replicas, 0..16. Default: 1")
  private int replicas;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of /metrics, /healthz and /readyz. Default: 8080")
  private int adminPort;

  @Option(
      names = "--buffer-pool",
      paramLabel = "SIZE",
      defaultValue = "256M",
      description =
          "Buffer pool of each compute node (innodb_buffer_pool_size), at least 8M. Default: 256M")
  private String bufferPool = "256M";

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address that all ports listen on. Default: 127.0.0.1")
  private String bind = "127.0.0.1";

  @Override
  public Integer call() {
    return DevNode.run(options());
  }

  private DevOptions options() {
    try {
      return new DevOptions(
          data,
          InetAddress.getByName(bind),
          mysqlPort,
          replicaPort,
          replicas,
          adminPort,
          ByteSize.parse(bufferPool));
    } catch (UnknownHostException e) {
      throw new ParameterException(
          spec.commandLine(), "--bind: '" + bind + "' is not an address of this machine", e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
