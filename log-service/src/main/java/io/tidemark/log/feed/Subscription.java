package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;

/// Asks for all frames from the one that holds the byte behind `from`; the feed may gather them for
/// `gatherMillis` before it sends them. Immutable.
///
/// Kind 32. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | from | LSN |
/// | 8 | 4 | gather | ms |
record Subscription(Lsn from, int gatherMillis) {
  static final int KIND = 32;
  static final int MAX_GATHER_MILLIS = 1000;

  OutgoingMessage encode() {
    return new HeadEncoder(12).putLsn(from).putInt(gatherMillis).message(KIND);
  }

  static Subscription decode(MessageHead head) {
    Subscription subscription =
        new Subscription(head.readLsn("from"), head.readInt("gather", MAX_GATHER_MILLIS));
    head.end();
    return subscription;
  }
}
