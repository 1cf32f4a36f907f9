package io.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path temporary;

  @Test
  void createsWhatIsAbsentAndReopensIt() throws Exception {
    Path root = temporary.resolve("a/b");
    try (DataDirectory directory = DataDirectory.open(root)) {
      assertThat(directory.root()).isDirectory();
    }
    DataDirectory.open(root).close();
    DataDirectory.checkExists(root);
  }

  @Test
  void refusesASecondOwner() throws Exception {
    try (DataDirectory first = DataDirectory.open(temporary)) {
      assertThatThrownBy(() -> DataDirectory.open(first.root()))
          .isInstanceOf(StartupFailure.class)
          .hasMessageContaining("in use by another Tidemark process")
          .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void refusesForeignFiles() throws Exception {
    Files.writeString(temporary.resolve("thesis.txt"), "mine");
    assertThatThrownBy(() -> DataDirectory.open(temporary))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("thesis.txt");
  }

  @Test
  void refusesAnotherFormat() throws Exception {
    Files.writeString(temporary.resolve("format"), "tidemark dev 99\n");
    assertThatThrownBy(() -> DataDirectory.open(temporary))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("tidemark dev 99");
  }

  @Test
  void saysWhatIsNotADataDirectory() {
    assertThatThrownBy(() -> DataDirectory.checkExists(temporary))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("is not a data directory");
  }
}
