package io.tidemark.server.role;

import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.Shard;
import io.tidemark.storage.error.RetryLater;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One shard at this node, for as long as the node has it: afterwards it answers nobody, so that
/// who asks looks for the shard elsewhere. Changed by the [ShardKeeper]; read by any thread.
final class HostedShard implements PageService {
  private final Shard shard;
  private final long generation;
  private volatile PageServer pages;
  private volatile @Nullable String loss;

  HostedShard(Shard shard, long generation, PageServer pages) {
    this.shard = shard;
    this.generation = generation;
    this.pages = pages;
  }

  Shard shard() {
    return shard;
  }

  int index() {
    return shard.index();
  }

  /// Of this node's reign over the shard.
  long generation() {
    return generation;
  }

  /// The page server that works on it, or did last.
  PageServer pageServer() {
    return pages;
  }

  /// Goes on with another page server of the same reign.
  void replace(PageServer next) {
    pages = next;
  }

  /// It is not this node's any more.
  void lose(String why) {
    loss = why;
  }

  /// Why it is not this node's any more; empty if it is.
  Optional<String> loss() {
    return Optional.ofNullable(loss);
  }

  private PageServer held() {
    String why = loss;
    if (why != null) {
      throw new RetryLater(why);
    }
    return pages;
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return held().getPage(request, target);
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    return held().getPages(requests, targets);
  }

  @Override
  public void prefetch(List<PageRequest> requests) {
    pages.prefetch(requests);
  }

  @Override
  public Lsn ingestedLsn() {
    return held().ingestedLsn();
  }

  @Override
  public Lsn uploadedLsn() {
    return held().uploadedLsn();
  }

  @Override
  public boolean isFull() {
    return pages.isFull();
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    held().awaitIngested(lsn);
  }
}
