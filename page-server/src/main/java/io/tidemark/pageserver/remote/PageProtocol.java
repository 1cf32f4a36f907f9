package io.tidemark.pageserver.remote;

import io.tidemark.log.transport.NodeMethod;

/// The stream of GetPage, one for each shard that a node serves: what is asked on it is asked of
/// that shard and no other, so a node that has lost it cannot answer for it. The client sends
/// [PagesRequest], [ProgressRequest], prefetches and [GcHorizonNotice]; the server answers the
/// first two with [PagesAnswer], [ProgressAnswer] or [io.tidemark.log.transport.FailureAnswer].
final class PageProtocol {
  /// Most pages of one message; a batch of more travels in several.
  static final int MAX_PAGES = 32;

  /// Pages of one stream that a server works on at a time; more requests wait in the network.
  static final int MAX_PAGES_AT_WORK = 512;

  private PageProtocol() {}

  /// The stream of `shard`.
  static NodeMethod method(int shard) {
    return new NodeMethod("tidemark.PageService.shard-" + shard, "Pages");
  }
}
