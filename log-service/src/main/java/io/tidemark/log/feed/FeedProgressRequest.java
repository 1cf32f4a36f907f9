package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;

/// Asks how far the log reaches. Immutable.
///
/// Kind 34. The head is empty.
record FeedProgressRequest() {
  static final int KIND = 34;

  OutgoingMessage encode() {
    return new HeadEncoder(0).message(KIND);
  }

  static FeedProgressRequest decode(MessageHead head) {
    head.end();
    return new FeedProgressRequest();
  }
}
