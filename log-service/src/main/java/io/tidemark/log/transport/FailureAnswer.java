package io.tidemark.log.transport;

import io.tidemark.storage.error.Corrupt;
import java.nio.charset.StandardCharsets;

/// The answer that there is no answer: what went wrong with one request of a stream. Immutable.
///
/// Kind 1. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | request | number of the request, by its sender |
/// | 8 | 1 | code | 1 retry later, 2 fenced, 3 corrupt, 4 exhausted, 5 unexpected |
/// | 9 | | text | message, UTF-8, at most 4,096 bytes |
public record FailureAnswer(long request, int code, String text) {
  public static final int KIND = 1;

  private static final int MAX_TEXT_BYTES = 4096;

  public FailureAnswer {
    if (code < 1 || code > 5) {
      throw new Corrupt("failure answer: code expected 1..5, found " + code);
    }
  }

  public static FailureAnswer of(long request, RuntimeException failure) {
    return new FailureAnswer(
        request, NodeErrors.code(failure), String.valueOf(failure.getMessage()));
  }

  public OutgoingMessage encode() {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_TEXT_BYTES);
    return new HeadEncoder(9 + length)
        .putLong(request)
        .putByte(code)
        .putBytes(bytes, length)
        .message(KIND);
  }

  public static FailureAnswer decode(MessageHead head) {
    if (head.remaining() > 9 + MAX_TEXT_BYTES) {
      throw new Corrupt("failure answer: " + head.remaining() + " bytes");
    }
    return new FailureAnswer(head.readLong(), head.readByte(), head.readText());
  }

  /// The failure as this side throws it.
  public RuntimeException toException(NodeAddress node) {
    return NodeErrors.exception(node, code, text);
  }
}
