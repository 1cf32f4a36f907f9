package io.tidemark.server.option;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every node of a cluster is told. Confined to the thread that parses, then immutable.
public final class NodeOptions {
  @Option(
      names = ConfigurationFile.OPTION,
      paramLabel = "FILE",
      description =
          "Properties file of options: long names without dashes, such as mysql-port=3306. The"
              + " command line wins.")
  private @Nullable Path config;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Name of the node, unique in the cluster: letters, digits and '-'.")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the node's own files, created if absent.")
  private Path data = Path.of("");

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      converter = OptionValues.Address.class,
      description = "Address that all ports listen on. Default: ${DEFAULT-VALUE}")
  private InetAddress bind = InetAddress.getLoopbackAddress();

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "Name or address by which other nodes reach this one. Default: that of --bind")
  private @Nullable String advertise;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = OptionValues.Port.class,
      description = "Port of /metrics, /healthz, /readyz and /status. Default: ${DEFAULT-VALUE}")
  private int adminPort;

  @Option(
      names = "--coordination",
      paramLabel = "HOST:PORT,..",
      required = true,
      description = "ZooKeeper servers of the cluster.")
  private String coordination = "";

  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description = {
        "Directory of ca-cert.pem, node-cert.pem and node-key.pem: the cluster's authority, and by"
            + " what this node proves itself. Without it the node listens on loopback only."
      })
  private @Nullable Path tls;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the cluster's token, 16 to 256 characters; needed with --tls.")
  private @Nullable Path tokenFile;

  public String name() {
    return name;
  }

  public Path data() {
    return data.toAbsolutePath().normalize();
  }

  public InetAddress bind() {
    return bind;
  }

  /// By which name others reach this node.
  public String advertise() {
    return Objects.requireNonNullElseGet(advertise, bind::getHostAddress);
  }

  public int adminPort() {
    return adminPort;
  }

  /// ZooKeeper servers, `host:port,..`, or the word `embedded` where a role allows it.
  public String coordination() {
    return coordination;
  }

  public Optional<Path> tls() {
    return Optional.ofNullable(tls);
  }

  public Optional<Path> tokenFile() {
    return Optional.ofNullable(tokenFile);
  }
}
