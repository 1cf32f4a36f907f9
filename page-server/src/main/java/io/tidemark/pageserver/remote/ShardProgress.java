package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.storage.Lsn;

/// How far the other side's page service is; part of each of its answers: `ingested LSN u64,
/// uploaded LSN u64, full u8`. Immutable.
///
/// @param full see [io.tidemark.pageserver.PageService#isFull]
record ShardProgress(Lsn ingested, Lsn uploaded, boolean full) {
  static final int BYTES = 17;

  void encode(HeadEncoder head) {
    head.putLsn(ingested).putLsn(uploaded).putByte(full ? 1 : 0);
  }

  static ShardProgress decode(MessageHead head) {
    return new ShardProgress(
        head.readLsn("ingested lsn"), head.readLsn("uploaded lsn"), head.readByte() != 0);
  }
}
