package io.tidemark.log.transport;

import io.grpc.Status;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/// How a failure crosses the network: as a code of a message, see [FailureAnswer], or as the status
/// that ends a stream. The other side throws the same exception, with the node's address in front.
public final class NodeErrors {
  private static final int RETRY_LATER = 1;
  private static final int FENCED = 2;
  private static final int CORRUPT = 3;
  private static final int EXHAUSTED = 4;
  private static final int UNEXPECTED = 5;

  private NodeErrors() {}

  static int code(RuntimeException failure) {
    return switch (failure) {
      case TidemarkException known ->
          switch (known) {
            case RetryLater _ -> RETRY_LATER;
            case Fenced _ -> FENCED;
            case Corrupt _ -> CORRUPT;
            case Exhausted _ -> EXHAUSTED;
            case Rejected _ -> UNEXPECTED;
          };
      default -> UNEXPECTED;
    };
  }

  static RuntimeException exception(NodeAddress node, int code, String text) {
    String message = "node " + node + ": " + text;
    return switch (code) {
      case RETRY_LATER -> new RetryLater(message);
      case FENCED -> new Fenced(message);
      case CORRUPT -> new Corrupt(message);
      case EXHAUSTED -> new Exhausted(message);
      default -> new IllegalStateException(message);
    };
  }

  /// The status by which a server ends a stream because of `failure`.
  public static Status toStatus(RuntimeException failure) {
    Status status =
        switch (code(failure)) {
          case RETRY_LATER -> Status.UNAVAILABLE;
          case FENCED -> Status.FAILED_PRECONDITION;
          case CORRUPT -> Status.DATA_LOSS;
          case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
          default -> Status.INTERNAL;
        };
    return status.withDescription(String.valueOf(failure.getMessage()));
  }

  /// What the end of a stream to `node` means for whoever needed it. All but what the node said of
  /// its own state is [RetryLater]: another node, or this one later, may do.
  public static TidemarkException fromStatus(NodeAddress node, Status status) {
    String message = "node " + node + describe(status);
    return switch (status.getCode()) {
      case FAILED_PRECONDITION -> new Fenced(message);
      case DATA_LOSS -> new Corrupt(message);
      default -> new RetryLater(message, status.asRuntimeException());
    };
  }

  private static String describe(Status status) {
    String description = status.getDescription() == null ? "" : ": " + status.getDescription();
    return switch (status.getCode()) {
      case UNAUTHENTICATED -> " refuses this node" + description;
      case UNAVAILABLE -> " cannot be reached" + description + rootCause(status.getCause());
      case FAILED_PRECONDITION, DATA_LOSS -> description;
      case OK -> " ended the stream";
      default -> " ended the stream with " + status.getCode() + description;
    };
  }

  /// What a certificate was refused for, else the first reason of all.
  private static String rootCause(@Nullable Throwable failure) {
    if (failure == null) {
      return "";
    }
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof CertificateException)) {
      root = root.getCause();
    }
    return ": " + root.getMessage();
  }
}
