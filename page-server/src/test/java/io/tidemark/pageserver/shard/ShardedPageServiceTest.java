package io.tidemark.pageserver.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.PageServiceContract;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.Shard;
import io.tidemark.storage.ShardMapping;
import io.tidemark.storage.error.RetryLater;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Four shards are as one page server: the contract's model knows nothing of shards.
class ShardedPageServiceTest extends PageServiceContract {
  private static final ShardMapping MAPPING = new ShardMapping(4, 2);

  private final List<PageServer> servers = new ArrayList<>();
  private ShardedPageService service;

  @Override
  protected PageService openService() {
    for (int shard = 0; shard < MAPPING.shards(); shard++) {
      servers.add(
          PageServer.open(
              CONFIG
                  .withShardPrefix("timelines/1/shards/" + shard)
                  .withShard(new Shard(MAPPING, shard)),
              log,
              store));
    }
    service = new ShardedPageService(MAPPING, servers);
    return service;
  }

  @Override
  protected void closeService() {
    service.close();
    servers.forEach(PageServer::close);
  }

  @Override
  protected void advanceGcHorizon(Lsn lsn) {
    service.advanceGcHorizon(lsn);
    servers.forEach(server -> assertThat(server.gcHorizon()).isEqualTo(lsn));
  }

  @Test
  void aPageIsAtItsShardOnly() {
    model.write(300);
    service.awaitIngested(model.lsn());
    int[] pages = new int[MAPPING.shards()];
    for (PageId page : model.pages()) {
      PageService.PageRequest request = new PageService.PageRequest(page, model.lsn(), Lsn.ZERO);
      for (int shard = 0; shard < servers.size(); shard++) {
        PageServer server = servers.get(shard);
        if (shard == MAPPING.shardOf(page)) {
          server.getPage(request, newTarget());
          pages[shard]++;
        } else {
          assertThatThrownBy(() -> server.getPage(request, newTarget()))
              .isInstanceOf(RetryLater.class)
              .hasMessageContaining("page " + page + " belongs to shard");
        }
      }
    }
    assertThat(pages).doesNotContain(0);
  }

  @Test
  void everyShardIngestsItsPartAndAllProgress() {
    model.write(2000);
    service.awaitIngested(model.lsn());
    long whole = model.lsn().value();
    for (PageServer server : servers) {
      assertThat(server.ingestedLsn()).isEqualTo(model.lsn());
      assertThat(server.metrics().ingestedBytes()).isEqualTo(whole);
    }
    service.prefetch(List.of(new PageService.PageRequest(new PageId(1, 1), Lsn.ZERO, Lsn.ZERO)));
  }
}
