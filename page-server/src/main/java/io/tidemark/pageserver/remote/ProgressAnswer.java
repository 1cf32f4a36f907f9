package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;

/// Answers a [ProgressRequest]. Immutable.
///
/// Kind 20. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | request | its number |
/// | 8 | 17 | progress | see [ShardProgress] |
record ProgressAnswer(long request, ShardProgress progress) {
  static final int KIND = 20;

  OutgoingMessage encode() {
    HeadEncoder head = new HeadEncoder(8 + ShardProgress.BYTES).putLong(request);
    progress.encode(head);
    return head.message(KIND);
  }

  static ProgressAnswer decode(MessageHead head) {
    ProgressAnswer answer = new ProgressAnswer(head.readLong(), ShardProgress.decode(head));
    head.end();
    return answer;
  }
}
