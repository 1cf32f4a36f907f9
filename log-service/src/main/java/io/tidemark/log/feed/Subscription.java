package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;

/// Asks for all frames from the one that holds the byte behind `from`. Immutable.
///
/// Kind 32. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | from | LSN |
record Subscription(Lsn from) {
  static final int KIND = 32;

  OutgoingMessage encode() {
    return new HeadEncoder(8).putLsn(from).message(KIND);
  }

  static Subscription decode(MessageHead head) {
    Subscription subscription = new Subscription(head.readLsn("from"));
    head.end();
    return subscription;
  }
}
