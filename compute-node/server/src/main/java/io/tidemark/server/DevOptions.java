package io.tidemark.server;

import io.tidemark.server.role.ComputeNode;
import io.tidemark.storage.ByteSize;
import java.net.InetAddress;
import java.nio.file.Path;

/// What `tidemark dev` is started with.
///
/// @param data the data directory
/// @param bind address that all ports listen on
/// @param mysqlPort of the writer; 0 takes any free one
/// @param replicaPort of the first replica, the following ones count up; 0 takes any free ones
/// @param replicas how many read replicas run beside the writer
/// @param adminPort of health and metrics; 0 takes any free one
/// @param bufferPool size of the buffer pool of each compute node
public record DevOptions(
    Path data,
    InetAddress bind,
    int mysqlPort,
    int replicaPort,
    int replicas,
    int adminPort,
    ByteSize bufferPool) {
  static final int MAX_REPLICAS = 16;

  public DevOptions {
    checkPort("--mysql-port", mysqlPort);
    checkPort("--replica-port", replicaPort);
    checkPort("--admin-port", adminPort);
    if (replicas < 0 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "--replicas must be 0.." + MAX_REPLICAS + ", found " + replicas);
    }
    if (bufferPool.bytes() < ComputeNode.MIN_BUFFER_POOL.bytes()) {
      throw new IllegalArgumentException(
          "--buffer-pool must be at least "
              + ComputeNode.MIN_BUFFER_POOL
              + ", found "
              + bufferPool);
    }
  }

  private static void checkPort(String option, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(option + " must be 0..65535, found " + port);
    }
  }

  /// The port of replica `number`, counted from 0.
  int replicaPort(int number) {
    return replicaPort == 0 ? 0 : replicaPort + number;
  }
}
