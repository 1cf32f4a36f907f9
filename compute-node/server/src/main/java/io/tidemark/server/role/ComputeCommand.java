package io.tidemark.server.role;

import io.tidemark.server.option.NodeOptions;
import io.tidemark.server.option.OptionValues;
import io.tidemark.storage.ByteSize;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `tidemark compute`: options of a [WriterRole] or a [ReplicaRole].
@Command(
    name = "compute",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Runs a compute node, which serves MySQL clients: the writer, or a read replica.",
      "",
      "A writer that starts takes over from the one before, which ends with status 3.",
      ""
    })
public final class ComputeCommand implements Callable<Integer> {
  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--role",
      paramLabel = "rw|ro",
      required = true,
      converter = AccessName.class,
      description = "rw: the writer; ro: a read replica.")
  private Access access = Access.READ_ONLY;

  @Option(
      names = "--mysql-port",
      paramLabel = "PORT",
      defaultValue = "3306",
      converter = OptionValues.Port.class,
      description = "Port for MySQL clients; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int mysqlPort;

  @Option(
      names = "--buffer-pool",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = BufferPoolSize.class,
      description = "Buffer pool (innodb_buffer_pool_size), at least 8M. Default: ${DEFAULT-VALUE}")
  private ByteSize bufferPool = ByteSize.ofMebibytes(256);

  /// What a compute node may do.
  private enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /// Reads `rw` and `ro`.
  static final class AccessName implements ITypeConverter<Access> {
    @Override
    public Access convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "rw" -> Access.READ_WRITE;
        case "ro" -> Access.READ_ONLY;
        default -> throw new TypeConversionException("'" + text + "' is neither rw nor ro");
      };
    }
  }

  /// A size that a buffer pool can have.
  static final class BufferPoolSize implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      ByteSize size = new OptionValues.Size().convert(text);
      if (size.bytes() < ComputeNode.MIN_BUFFER_POOL.bytes()) {
        throw new TypeConversionException(
            "at least " + ComputeNode.MIN_BUFFER_POOL + " expected, found " + size);
      }
      return size;
    }
  }

  @Override
  public Integer call() {
    ComputeNode.Endpoint endpoint =
        new ComputeNode.Endpoint(node.bind(), mysqlPort, "--mysql-port", node.data(), bufferPool);
    return access == Access.READ_WRITE
        ? NodeProcess.run(node.name(), "writer", new WriterRole(node, endpoint))
        : NodeProcess.run(node.name(), "replica", new ReplicaRole(node, endpoint));
  }
}
