package io.tidemark.pageserver.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.PageServiceContract;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.certificate.CertificateMaker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A page server over the network, with certificates and token, keeps the contract; and it lives
/// through the loss of its connection.
class RemotePageServiceTest extends PageServiceContract {
  @TempDir Path certificates;
  private NodeCredentials credentials;
  private PageServer server;
  private PageServiceServer served;
  private NodeServer port;
  private RemotePageService service;

  @Override
  protected PageService openService() throws Exception {
    CertificateMaker.authority(certificates);
    CertificateMaker.node(certificates, "node", List.of());
    credentials =
        NodeCredentials.load(
            certificates.resolve("ca-cert.pem"),
            certificates.resolve("node-cert.pem"),
            certificates.resolve("node-key.pem"),
            "token-of-the-page-test");
    server = PageServer.open(CONFIG, log, store);
    served = new PageServiceServer(0, server);
    port = listen(0);
    service =
        RemotePageService.open(
            new NodeAddress("localhost", port.port()),
            0,
            credentials,
            new RemotePageService.Config(TIMEOUT.plusSeconds(3), 64));
    return service;
  }

  private NodeServer listen(int number) throws Exception {
    return NodeServer.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), number),
        credentials,
        List.of(served.definition()));
  }

  @Override
  protected void closeService() {
    service.close();
    port.close();
    served.close();
    server.close();
  }

  @Override
  protected void advanceGcHorizon(Lsn lsn) {
    server.advanceGcHorizon(lsn);
  }

  @Test
  void copiesIntoMemoryOutsideTheHeap() {
    model.write(100);
    PageId page = model.pages().iterator().next();
    byte[] expected = model.expected(page, model.lsn().value());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment target = arena.allocate(16 << 10);
      boolean found =
          service.getPage(new PageService.PageRequest(page, model.lsn(), model.lsn()), target);
      assertThat(found).isEqualTo(expected.length > 0);
      if (found) {
        assertThat(target.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
      }
    }
  }

  @Test
  void goesOnAfterTheServersPortWasClosedAndOpened() throws Exception {
    model.write(200);
    List<PageId> pages = List.copyOf(model.pages());
    AtomicInteger reads = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(() -> {
          while (!done.get()) {
            PageId page = pages.get(reads.get() % pages.size());
            byte[] target = new byte[16 << 10];
            boolean found =
                service.getPage(
                    new PageService.PageRequest(page, model.lsn(), model.lsn()),
                    MemorySegment.ofArray(target));
            byte[] expected = model.expected(page, model.lsn().value());
            assertThat(found).isEqualTo(expected.length > 0);
            assertThat(target).isEqualTo(found ? expected : new byte[16 << 10]);
            reads.incrementAndGet();
          }
        });
    int number = port.port();
    for (int round = 0; round < 5; round++) {
      int before = reads.get();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (reads.get() < before + 10 && !reader.isDone() && System.nanoTime() < end) {
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(reads.get()).as("reads in round %d", round).isGreaterThanOrEqualTo(before + 10);
      port.close();
      port = listen(number);
    }
    done.set(true);
    reader.get(30, TimeUnit.SECONDS);
  }
}
