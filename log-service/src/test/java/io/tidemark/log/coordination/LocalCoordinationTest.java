package io.tidemark.log.coordination;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.fault.FaultyCoordination;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCoordinationTest extends CoordinationContract {
  private final Map<Coordination, LocalCoordination.Session> sessions = new ConcurrentHashMap<>();

  @TempDir private Path directory;
  private LocalCoordination service;

  @AfterEach
  void closeService() {
    service.close();
  }

  @Override
  protected Coordination connect() {
    if (service == null) {
      service = LocalCoordination.open(directory.resolve("coordination"));
    }
    LocalCoordination.Session session = service.connect();
    FaultyCoordination coordination = new FaultyCoordination(session);
    sessions.put(coordination, session);
    return coordination;
  }

  @Override
  protected void expire(Coordination node) {
    sessions.get(node).expire();
  }

  @Override
  protected void cutOff(Coordination node) {
    ((FaultyCoordination) node).cutOff();
    CompletableFuture.delayedExecutor(100, MILLISECONDS).execute(() -> expire(node));
  }

  @Override
  protected void heal(Coordination node) {
    ((FaultyCoordination) node).heal();
  }

  @Test
  void valuesSurviveTheProcessAndLeasesDoNot() {
    Coordination before = service.connect();
    before.create("a/b", new byte[] {1, 2, 3});
    before.replace("a/b", new byte[] {4}, 0);
    before.create("gone", new byte[0]);
    before.delete("gone", 0);
    before.lease("lease", new byte[] {5});
    service.close();
    try (LocalCoordination again = LocalCoordination.open(directory.resolve("coordination"))) {
      Coordination after = again.connect();
      assertThat(after.find("a/b")).contains(new VersionedValue(new byte[] {4}, 1));
      assertThat(after.find("gone")).isEmpty();
      assertThat(after.find("lease")).isEmpty();
    }
  }

  @Test
  void aDirectoryIsOpenOnce() {
    assertThatThrownBy(() -> LocalCoordination.open(directory.resolve("coordination")))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("in use by this process");
  }

  @Test
  void aDamagedValueIsNamed() throws Exception {
    service.connect().create("a/b", new byte[] {1, 2, 3});
    service.close();
    Path file = directory.resolve("coordination").resolve("a~b");
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThatThrownBy(() -> LocalCoordination.open(directory.resolve("coordination")))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("a~b");
    }
  }
}
