package io.tidemark.pageserver.remote;

import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.tidemark.pageserver.PageService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Serves the page service of a shard to other nodes: [#definition] goes into a
/// [io.tidemark.log.transport.NodeServer]. Each request has a virtual thread of its own, because it
/// may wait for ingest or for the object store. Safe for any number of threads.
///
/// Close the node server first: what is asked for then hears of the stream's end, not of this.
public final class PageServiceServer implements AutoCloseable {
  private final int shard;
  private final PageService pages;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  public PageServiceServer(int shard, PageService pages) {
    this.shard = shard;
    this.pages = pages;
  }

  public ServerServiceDefinition definition() {
    return PageProtocol.method(shard)
        .serve((call, headers) -> {
          call.sendHeaders(new Metadata());
          call.request(1);
          return new PageServiceCall(pages, workers, call);
        });
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
