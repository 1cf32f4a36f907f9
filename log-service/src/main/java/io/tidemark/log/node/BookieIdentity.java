package io.tidemark.log.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.storage.error.Corrupt;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/// The name by which ledgers refer to what is on one disk: random, in the file `identity` beside
/// it.
///
/// It is not the address of the node, because a node that comes back with an empty disk must not
/// pass for the one that had the entries: it would deny that they were ever acknowledged, and a
/// recovery that asked it and one more would believe it.
final class BookieIdentity {
  private static final String FILE = "identity";
  private static final Pattern IDENTITY = Pattern.compile("bookie-[0-9a-f-]{36}");

  private BookieIdentity() {}

  /// That of `directory`, which gets one if it is empty.
  ///
  /// @throws Corrupt if it has data and no identity
  static String of(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      if (Files.exists(directory.resolve("ledgers"))) {
        throw new Corrupt("bookie directory " + directory + ": holds ledgers, but no identity");
      }
      create(directory, file);
    }
    String identity = Files.readString(file).strip();
    if (!IDENTITY.matcher(identity).matches()) {
      throw new Corrupt("bookie identity " + file + ": expected bookie-<uuid>, found " + identity);
    }
    return identity;
  }

  private static void create(Path directory, Path file) throws IOException {
    Path unfinished = directory.resolve(FILE + ".new");
    Files.writeString(unfinished, "bookie-" + UUID.randomUUID() + "\n", UTF_8);
    sync(unfinished, StandardOpenOption.WRITE);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    sync(directory, StandardOpenOption.READ);
  }

  private static void sync(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
