package io.tidemark.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
  @TempDir private Path directory;

  @Override
  protected ObjectStore openStore() {
    return LocalObjectStore.open(directory.resolve("deep/store"));
  }

  @Test
  void objectsAreThereAfterReopening() {
    Path root = directory.resolve("again");
    try (ObjectStore first = LocalObjectStore.open(root)) {
      first.put("a/b/c", bytes("x"));
    }
    try (ObjectStore second = LocalObjectStore.open(root)) {
      assertThat(second.get("a/b/c")).hasValue(bytes("x"));
    }
  }

  @Test
  void removesTheTemporaryFilesOfTheDead() throws IOException {
    Path root = directory.resolve("dead");
    Path left = root.resolve("~tmp/gone");
    Files.createDirectories(left);
    Files.write(left.resolve("owner"), new byte[0]);
    Files.write(left.resolve("17"), bytes("half an object"));
    try (ObjectStore store = LocalObjectStore.open(root)) {
      assertThat(left).doesNotExist();
      assertThat(store.list("")).isEmpty();
    }
  }

  @Test
  void keepsTheTemporaryFilesOfTheLiving() {
    Path root = directory.resolve("living");
    try (ObjectStore first = LocalObjectStore.open(root);
        ObjectUpload upload = first.startUpload("k")) {
      upload.append(bytes("x"), 0, 1);
      try (ObjectStore second = LocalObjectStore.open(root)) {
        upload.complete();
        assertThat(second.get("k")).hasValue(bytes("x"));
      }
    }
  }

  @Test
  void leavesNoTemporaryFileBehindButItsReserve() throws IOException {
    Path root = directory.resolve("clean");
    try (ObjectStore store = LocalObjectStore.open(root)) {
      store.put("a", bytes("x"));
      store.putIfAbsent("a", bytes("y"));
      store.putIfAbsent("b", bytes("y"));
      store.startUpload("c").close();
      assertThat(temporaryFiles(root))
          .map(file -> file.getFileName().toString())
          .containsOnly("open", "owner", "reserve");
    }
    assertThat(temporaryFiles(root))
        .map(file -> file.getFileName().toString())
        .containsOnly("open", "reserve");
  }

  @Test
  void refusesAKeyThatIsAFolder() {
    try (ObjectStore store = LocalObjectStore.open(directory.resolve("folder"))) {
      store.put("a/b", bytes("x"));
      assertThatThrownBy(() -> store.put("a", bytes("y")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("folder");
      assertThatThrownBy(() -> store.putIfAbsent("a", bytes("y")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.put("a/b/c", bytes("y")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a/b is an object");
      assertThatThrownBy(() -> store.putIfAbsent("a/b/c", bytes("y")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void saysWhyADirectoryCannotBeOpened() throws IOException {
    Path file = Files.write(directory.resolve("file"), bytes("x"));
    assertThatThrownBy(() -> LocalObjectStore.open(file))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void namesPathAndFreeBytesOfAFullDisk() {
    IOException full = new IOException("No space left on device");
    assertThat(DiskSpace.isFull(full)).isTrue();
    assertThat(DiskSpace.isFull(new IOException("Input/output error"))).isFalse();
    assertThat(DiskSpace.exhausted("put of object a", directory.resolve("a"), directory, full))
        .isInstanceOf(Exhausted.class)
        .hasMessageMatching(".*put of object a.*/a: disk full, [0-9]+ bytes free");
  }

  private static List<Path> temporaryFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("~tmp"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
