package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.error.Corrupt;
import java.util.List;

/// The pages that a [PagesRequest] asked for. Immutable.
///
/// Kind 18. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | request | its number |
/// | 8 | 17 | progress | see [ShardProgress] |
/// | 25 | 4 | count | pages, as many as were asked for |
/// | 29 | 4 | found | bit i: page i existed |
///
/// Behind it the pages that existed, in the order of the request, 16 KiB each, each sealed with its
/// own checksum ([io.tidemark.storage.page.PageChecksum]).
record PagesAnswer(long request, ShardProgress progress, int count, int found) {
  static final int KIND = 18;

  private static final int HEAD_BYTES = 16 + ShardProgress.BYTES;

  PagesAnswer {
    if (count < 1
        || count > PageProtocol.MAX_PAGES
        || (count < Integer.SIZE && found >>> count != 0)) {
      throw new Corrupt("pages answer %d: %d pages, found 0x%08X".formatted(request, count, found));
    }
  }

  boolean isFound(int index) {
    return (found >>> index & 1) != 0;
  }

  /// `pages` are the sealed pages that were found.
  OutgoingMessage encode(List<byte[]> pages) {
    HeadEncoder head = new HeadEncoder(HEAD_BYTES).putLong(request);
    progress.encode(head);
    return head.putInt(count).putInt(found).message(KIND, pages);
  }

  static PagesAnswer decode(MessageHead head) {
    long request = head.readLong();
    ShardProgress progress = ShardProgress.decode(head);
    int count = head.readInt("count", PageProtocol.MAX_PAGES);
    PagesAnswer answer = new PagesAnswer(request, progress, count, (int) head.readUnsigned());
    head.end();
    return answer;
  }
}
