package io.tidemark.storage.object;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Names for the temporary files of one open store, in a directory of its own below `~tmp`.
///
/// The owner holds a lock on the file `owner` in that directory for as long as it lives. Whoever
/// opens a store removes the directories whose lock nobody holds: their processes died. One lock on
/// `~tmp/open` lets one opener work at a time, so that nobody removes a directory whose owner has
/// not locked it yet.
///
/// Safe for use by any number of threads.
final class TemporaryFiles implements AutoCloseable {
  private static final String OPEN = "open";
  private static final String OWNER = "owner";

  /// File locks are held by a process; within it this keeps openers apart.
  private static final Object OPENING = new Object();

  private final Path root;
  private final Path directory;
  private final FileChannel owner;
  private final AtomicLong names = new AtomicLong();

  private TemporaryFiles(Path root, Path directory, FileChannel owner) {
    this.root = root;
    this.directory = directory;
    this.owner = owner;
  }

  static TemporaryFiles open(Path root) throws IOException {
    Files.createDirectories(root);
    synchronized (OPENING) {
      try (FileChannel opening = lockFile(root.resolve(OPEN));
          FileLock _ = opening.lock()) {
        removeDead(root);
        Path directory = Files.createDirectory(root.resolve(UUID.randomUUID().toString()));
        FileChannel owner = lockFile(directory.resolve(OWNER));
        try {
          owner.lock();
          checkLinks(directory);
        } catch (IOException e) {
          owner.close();
          throw e;
        }
        return new TemporaryFiles(root, directory, owner);
      }
    }
  }

  /// A path that was not handed out before.
  Path next() {
    return directory.resolve(Long.toString(names.incrementAndGet()));
  }

  boolean isRoot(Path path) {
    return path.equals(root);
  }

  @Override
  public void close() throws IOException {
    if (!owner.isOpen()) {
      return;
    }
    try (owner) {
      removeDirectory(directory);
    }
  }

  private static void removeDead(Path root) throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path directory : directories) {
        try (FileChannel owner = lockFile(directory.resolve(OWNER));
            FileLock lock = owner.tryLock()) {
          if (lock != null) {
            removeDirectory(directory);
          }
        } catch (OverlappingFileLockException | NoSuchFileException e) {
          // Alive in this process, or closed by its owner just now.
          continue;
        }
      }
    }
  }

  private static void removeDirectory(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  private static FileChannel lockFile(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void checkLinks(Path directory) throws IOException {
    Path link = directory.resolve("link");
    try {
      Files.createLink(link, directory.resolve(OWNER));
    } catch (UnsupportedOperationException e) {
      throw new IOException("file system has no hard links, which put-if-absent needs", e);
    }
    Files.delete(link);
  }
}
