package io.tidemark.server;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.engine.row.RowFormatFactory;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.server.role.ComputeNode;
import io.tidemark.server.role.NodeProcess;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.error.TidemarkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The whole database in one process: log, object store, page server, a writer and its replicas,
/// connected by direct calls and opened from the bottom to the top. What a crash leaves is repaired
/// at the next start. Confined to the thread that opens it.
final class DevNode {
  private final NodeProcess process;
  private final DevOptions options;
  private final List<ComputeNode> nodes = new ArrayList<>();

  private DevNode(NodeProcess process, DevOptions options) {
    this.process = process;
    this.options = options;
  }

  /// Runs it to its end; returns the exit status.
  static int run(DevOptions options) {
    return NodeProcess.run("dev", "dev", process -> new DevNode(process, options).open());
  }

  private String open() throws StartupFailure {
    endpoint(0, options.data()).checkFree();
    for (int i = 1; i <= options.replicas(); i++) {
      endpoint(i, options.data()).checkFree();
    }
    DataDirectory directory =
        process.parts().add("data directory", DataDirectory.open(options.data()));
    int adminPort = process.openAdmin(options.bind(), options.adminPort());
    DevStorage storage = DevStorage.open(directory, process.parts(), process.metrics());
    List<StorageEngine> replicas = new ArrayList<>();
    try {
      openEngines(directory, storage, replicas);
    } catch (TidemarkException e) {
      throw new StartupFailure(
          "data in " + directory.root() + " cannot be opened: " + e.getMessage(), e);
    }
    process.parts().add("log trimmer", LogTrimmer.start(storage.log(), storage.pages(), replicas));
    process.tells(this::status);
    return readyLine(adminPort);
  }

  private void openEngines(
      DataDirectory directory, DevStorage storage, List<StorageEngine> replicas)
      throws StartupFailure {
    RowFormatFactory formats = new SqlRowFormats();
    EngineConfig config = EngineConfig.DEFAULT.withBufferPoolBytes(options.bufferPool().bytes());
    process.starts("opening the writer");
    WriterEngine writer =
        process
            .parts()
            .add(
                "writer",
                WriterEngine.open(
                    config,
                    storage.log(),
                    storage.log().currentEpoch().next(),
                    storage.pages(),
                    formats));
    nodes.add(ComputeNode.serve(process, "writer", writer, endpoint(0, directory.root())));
    for (int i = 1; i <= options.replicas(); i++) {
      String name = "replica-" + i;
      process.starts("opening " + name);
      ReplicaEngine replica =
          process
              .parts()
              .add(
                  name,
                  ReplicaEngine.open(
                      config, storage.log(), storage.pages(), formats, writer.horizons()));
      replicas.add(replica);
      nodes.add(ComputeNode.serve(process, name, replica, endpoint(i, directory.root())));
    }
  }

  /// Of the writer, which is number 0, or of a replica.
  private ComputeNode.Endpoint endpoint(int number, Path data) {
    return new ComputeNode.Endpoint(
        options.bind(),
        number == 0 ? options.mysqlPort() : options.replicaPort(number - 1),
        number == 0 ? "--mysql-port" : "--replica-port",
        data,
        options.bufferPool());
  }

  private Map<String, String> status() {
    StorageEngine.EngineStatus writer = nodes.getFirst().engine().status();
    return Map.of(
        "append_lsn", writer.appendLsn().toString(), "durable_lsn", writer.durableLsn().toString());
  }

  /// The one line that says where clients connect.
  private String readyLine(int adminPort) {
    String host = options.bind().getHostAddress();
    String replicas =
        nodes.stream()
            .skip(1)
            .map(node -> host + ":" + node.port())
            .collect(Collectors.joining(", "));
    return "tidemark is ready: writer %s:%d%s, admin %s:%d, data %s"
        .formatted(
            host,
            nodes.getFirst().port(),
            replicas.isEmpty() ? "" : ", replicas " + replicas,
            host,
            adminPort,
            options.data().toAbsolutePath().normalize());
  }
}
