package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.storage.Lsn;

/// How far the other side's page service is; part of each of its answers: `ingested LSN u64,
/// uploaded LSN u64`. Immutable.
record ShardProgress(Lsn ingested, Lsn uploaded) {
  void encode(HeadEncoder head) {
    head.putLsn(ingested).putLsn(uploaded);
  }

  static ShardProgress decode(MessageHead head) {
    return new ShardProgress(head.readLsn("ingested lsn"), head.readLsn("uploaded lsn"));
  }
}
