package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;

/// The writer's word on how far the log is durable; see [io.tidemark.log.TailHint]. Immutable.
///
/// Kind 35. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | epoch | of the writer |
/// | 8 | 8 | LSN | durable up to here |
record DurableAnnouncement(Epoch epoch, Lsn lsn) {
  static final int KIND = 35;

  OutgoingMessage encode() {
    return new HeadEncoder(16).putEpoch(epoch).putLsn(lsn).message(KIND);
  }

  static DurableAnnouncement decode(MessageHead head) {
    DurableAnnouncement announcement =
        new DurableAnnouncement(head.readEpoch("epoch"), head.readLsn("lsn"));
    head.end();
    return announcement;
  }
}
