package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;

/// Says that nobody will ask for a page below an LSN any more; has no answer. Immutable.
///
/// Kind 21. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | LSN | lowest that may still be asked for |
record GcHorizonNotice(Lsn lsn) {
  static final int KIND = 21;

  OutgoingMessage encode() {
    return new HeadEncoder(8).putLsn(lsn).message(KIND);
  }

  static GcHorizonNotice decode(MessageHead head) {
    GcHorizonNotice notice = new GcHorizonNotice(head.readLsn("gc horizon"));
    head.end();
    return notice;
  }
}
