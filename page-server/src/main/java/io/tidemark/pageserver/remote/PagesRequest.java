package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.util.ArrayList;
import java.util.List;

/// Asks for pages, or hints that they will be asked for. Immutable.
///
/// Kind 16 asks, kind 17 hints. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | request | number of the request, by its sender |
/// | 8 | 4 | count | pages, 1..32 |
/// | 12 + 24 i | 4 | space | tablespace of page i |
/// | 16 + 24 i | 4 | page | its number |
/// | 20 + 24 i | 8 | LSN | as of which it is wanted |
/// | 28 + 24 i | 8 | not modified since | what must be ingested for that, at most the LSN |
record PagesRequest(long request, List<PageRequest> pages) {
  static final int KIND = 16;
  static final int HINT_KIND = 17;

  private static final int PAGE_BYTES = 24;

  PagesRequest {
    if (pages.isEmpty() || pages.size() > PageProtocol.MAX_PAGES) {
      throw new IllegalArgumentException("request of " + pages.size() + " pages");
    }
    pages = List.copyOf(pages);
  }

  OutgoingMessage encode(int kind) {
    HeadEncoder head = new HeadEncoder(12 + PAGE_BYTES * pages.size());
    head.putLong(request).putInt(pages.size());
    for (PageRequest page : pages) {
      head.putInt(page.page().spaceId())
          .putInt(page.page().pageNo())
          .putLsn(page.lsn())
          .putLsn(page.notModifiedSince());
    }
    return head.message(kind);
  }

  static PagesRequest decode(MessageHead head) {
    long request = head.readLong();
    int count = head.readInt("count", PageProtocol.MAX_PAGES);
    if (count == 0) {
      throw new Corrupt("pages request " + request + ": no page");
    }
    List<PageRequest> pages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      PageId page =
          new PageId(
              head.readInt("space", Integer.MAX_VALUE), head.readInt("page", Integer.MAX_VALUE));
      Lsn lsn = head.readLsn("lsn");
      Lsn since = head.readLsn("not modified since");
      if (since.isAfter(lsn)) {
        throw new Corrupt(
            "pages request %d: page %s not modified since %s, behind lsn %s"
                .formatted(request, page, since, lsn));
      }
      pages.add(new PageRequest(page, lsn, since));
    }
    head.end();
    return new PagesRequest(request, pages);
  }
}
