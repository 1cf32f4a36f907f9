package io.tidemark.pageserver;

import io.tidemark.storage.Lsn;

class DirectPageServiceTest extends PageServiceContract {
  private PageServer server;

  @Override
  protected PageService openService() {
    server = PageServer.open(CONFIG, log, store);
    return server;
  }

  @Override
  protected void closeService() {
    server.close();
  }

  @Override
  protected void advanceGcHorizon(Lsn lsn) {
    server.advanceGcHorizon(lsn);
  }
}
