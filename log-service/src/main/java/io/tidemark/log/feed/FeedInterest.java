package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;

/// A feed's word to the writer: whether it has subscribers and wants to hear of each advance, or
/// signs of life will do. Immutable.
///
/// Kind 36. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 1 | wanted | 1 or 0 |
record FeedInterest(boolean wanted) {
  static final int KIND = 36;

  OutgoingMessage encode() {
    return new HeadEncoder(1).putByte(wanted ? 1 : 0).message(KIND);
  }

  static FeedInterest decode(MessageHead head) {
    FeedInterest interest = new FeedInterest(head.readByte() != 0);
    head.end();
    return interest;
  }
}
