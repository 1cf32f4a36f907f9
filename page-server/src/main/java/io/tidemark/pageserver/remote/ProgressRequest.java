package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;

/// Asks for a [ProgressAnswer] once redo is ingested up to an LSN; at LSN 0 that is at once.
/// Immutable.
///
/// Kind 19. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | request | number of the request, by its sender |
/// | 8 | 8 | LSN | to be ingested first |
record ProgressRequest(long request, Lsn lsn) {
  static final int KIND = 19;

  OutgoingMessage encode() {
    return new HeadEncoder(16).putLong(request).putLsn(lsn).message(KIND);
  }

  static ProgressRequest decode(MessageHead head) {
    ProgressRequest request = new ProgressRequest(head.readLong(), head.readLsn("lsn"));
    head.end();
    return request;
  }
}
