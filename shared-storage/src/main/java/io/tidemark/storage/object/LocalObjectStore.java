package io.tidemark.storage.object;

import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Objects as files of a local directory: key `a/b/c` is the file `a/b/c`.
///
/// An object is written to a temporary file, forced, and then renamed to its name (`put`) or linked
/// to it (`putIfAbsent`, because a link never replaces); then its directory is forced. So a name
/// shows a whole and durable object or none. Temporary files live in `~tmp`, a name that no key can
/// have; those of a dead process are removed by the next [#open], see [TemporaryFiles]. A file
/// there keeps space for small objects, which are still taken when the disk is full
/// ([SpaceReserve]).
///
/// Several stores, also of several processes, may be open on one directory. Nothing here checks the
/// bytes of an object: their formats carry checksums of their own.
///
/// Safe for use by any number of threads. A thread that is interrupted during a call gets
/// [RetryLater]; the call then may or may not have had its effect.
public final class LocalObjectStore implements ObjectStore {
  /// Objects up to this size may use the reserve.
  private static final int SMALL_BYTES = 64 << 10;

  private final Path root;
  private final TemporaryFiles temporaryFiles;
  private final SpaceReserve reserve;

  private LocalObjectStore(Path root, TemporaryFiles temporaryFiles, SpaceReserve reserve) {
    this.root = root;
    this.temporaryFiles = temporaryFiles;
    this.reserve = reserve;
  }

  /// Opens the store in `root`, creating the directory if it is absent.
  public static LocalObjectStore open(Path root) {
    try {
      Path absolute = root.toAbsolutePath().normalize();
      createDirectories(absolute);
      Path temporary = absolute.resolve("~tmp");
      SpaceReserve reserve = new SpaceReserve(temporary.resolve("reserve"));
      TemporaryFiles files = openFiles(temporary, reserve);
      reserve.fill();
      return new LocalObjectStore(absolute, files, reserve);
    } catch (IOException e) {
      throw failed("object store", root, root, e);
    }
  }

  private static TemporaryFiles openFiles(Path directory, SpaceReserve reserve) throws IOException {
    try {
      return TemporaryFiles.open(directory);
    } catch (IOException e) {
      if (DiskSpace.isFull(e) && reserve.release()) {
        return TemporaryFiles.open(directory);
      }
      throw e;
    }
  }

  @Override
  public void put(String key, byte[] content) {
    Path target = path(key);
    try {
      Path temporary = writeTemporary(content);
      publish(temporary, target);
    } catch (IOException e) {
      throw failed("put of object " + key, target, root, e);
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    Path target = path(key);
    try {
      if (Files.exists(target)) {
        return found(target);
      }
      Path temporary = writeTemporary(content);
      try {
        makeParent(target);
        Files.createLink(target, temporary);
        forceDirectory(parent(target));
        return true;
      } catch (FileAlreadyExistsException e) {
        return found(target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw failed("put of object " + key, target, root, e);
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    return read(key, 0, Integer.MAX_VALUE);
  }

  @Override
  public Optional<byte[]> get(String key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("range of object " + key + ": " + offset + "+" + length);
    }
    return read(key, offset, length);
  }

  @Override
  public List<ObjectSummary> list(String prefix) {
    ObjectKey.checkPrefix(prefix);
    Path start = root.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    List<ObjectSummary> found = new ArrayList<>();
    try {
      if (Files.isDirectory(start)) {
        Files.walkFileTree(start, new Collector(prefix, found));
      }
    } catch (IOException e) {
      throw failed("list of objects " + prefix, start, root, e);
    }
    found.sort(Comparator.comparing(ObjectSummary::key));
    return found;
  }

  @Override
  public void delete(String key) {
    Path target = path(key);
    try {
      if (Files.isRegularFile(target) && Files.deleteIfExists(target)) {
        forceDirectory(parent(target));
      }
    } catch (IOException e) {
      throw failed("delete of object " + key, target, root, e);
    }
  }

  @Override
  public ObjectUpload startUpload(String key) {
    Path target = path(key);
    // Before an object that may take all the space there is.
    reserve.fill();
    try {
      Path temporary = temporaryFiles.next();
      return new Upload(target, temporary, create(temporary));
    } catch (IOException e) {
      throw failed("upload of object " + key, target, root, e);
    }
  }

  @Override
  public void close() {
    try {
      temporaryFiles.close();
    } catch (IOException e) {
      throw failed("close of object store", root, root, e);
    }
  }

  private Path path(String key) {
    return root.resolve(ObjectKey.check(key));
  }

  private Optional<byte[]> read(String key, long offset, int length) {
    Path target = path(key);
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.READ)) {
      long left = Math.max(0, file.size() - offset);
      if (left > Integer.MAX_VALUE - 8 && length > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException("object " + key + ": too large for one array: " + left);
      }
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(left, length));
      while (content.hasRemaining()) {
        if (file.read(content, offset + content.position()) < 0) {
          throw new IOException("file ended at " + (offset + content.position()));
        }
      }
      return Optional.of(content.array());
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.isRegularFile(target)) {
        return Optional.empty();
      }
      throw failed("get of object " + key, target, root, e);
    }
  }

  private Path writeTemporary(byte[] content) throws IOException {
    try {
      return tryWriteTemporary(content);
    } catch (IOException e) {
      if (content.length <= SMALL_BYTES && DiskSpace.isFull(e) && reserve.release()) {
        return tryWriteTemporary(content);
      }
      throw e;
    }
  }

  private Path tryWriteTemporary(byte[] content) throws IOException {
    Path temporary = temporaryFiles.next();
    try (FileChannel file = create(temporary)) {
      writeFully(file, content, 0, content.length);
      file.force(true);
      return temporary;
    } catch (IOException e) {
      discard(temporary, e);
      throw e;
    }
  }

  /// Gives a forced temporary file its name.
  private void publish(Path temporary, Path target) throws IOException {
    try {
      makeParent(target);
      if (Files.isDirectory(target)) {
        throw folder(target);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | IllegalArgumentException e) {
      discard(temporary, e);
      throw e;
    }
    forceDirectory(parent(target));
  }

  /// Somebody else stored the object, perhaps a moment ago: it must be durable before we say so.
  private boolean found(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw folder(target);
    }
    forceDirectory(parent(target));
    return false;
  }

  private void makeParent(Path target) throws IOException {
    for (Path at = parent(target); !at.equals(root); at = parent(at)) {
      if (Files.isRegularFile(at)) {
        throw new IllegalArgumentException(
            "object %s: %s is an object and cannot be a folder"
                .formatted(root.relativize(target), root.relativize(at)));
      }
    }
    createDirectories(parent(target));
  }

  private IllegalArgumentException folder(Path target) {
    return new IllegalArgumentException(
        "object " + root.relativize(target) + ": is a folder of other objects");
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void writeFully(FileChannel file, byte[] bytes, int offset, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  private static void discard(Path temporary, Exception cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no directory above " + path);
    }
    return parent;
  }

  /// Creates what is missing of a directory path, each step durable.
  private static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    createDirectories(parent(directory));
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    forceDirectory(parent(directory));
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static TidemarkException failed(String what, Path path, Path root, IOException e) {
    if (DiskSpace.isFull(e)) {
      return DiskSpace.exhausted(what, path, root, e);
    }
    String why = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : "";
    return new RetryLater(
        "%s: %s: %s %s".formatted(what, path, e.getClass().getSimpleName(), why).strip(), e);
  }

  /// Adds every object below a directory whose key starts with the prefix.
  private final class Collector extends SimpleFileVisitor<Path> {
    private final String prefix;
    private final List<ObjectSummary> found;

    Collector(String prefix, List<ObjectSummary> found) {
      this.prefix = prefix;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (directory.equals(root)) {
        return FileVisitResult.CONTINUE;
      }
      String key = root.relativize(directory) + "/";
      boolean mayHold = key.startsWith(prefix) || prefix.startsWith(key);
      return mayHold && !temporaryFiles.isRoot(directory)
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String key = root.relativize(file).toString();
      if (attributes.isRegularFile() && key.startsWith(prefix)) {
        found.add(new ObjectSummary(key, attributes.size()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      // Deleted between the listing of its directory and the look at the file.
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  /// A temporary file that grows until it gets its name.
  private final class Upload implements ObjectUpload {
    private final Path target;
    private final Path temporary;
    private final FileChannel file;
    private boolean open = true;

    Upload(Path target, Path temporary, FileChannel file) {
      this.target = target;
      this.temporary = temporary;
      this.file = file;
    }

    @Override
    public void append(byte[] bytes, int offset, int length) {
      checkOpen();
      try {
        writeFully(file, bytes, offset, length);
      } catch (IOException e) {
        throw failed("upload of object " + root.relativize(target), target, root, e);
      }
    }

    @Override
    public void complete() {
      checkOpen();
      open = false;
      try {
        try (file) {
          file.force(true);
        }
        publish(temporary, target);
      } catch (IOException e) {
        discard(temporary, e);
        throw failed("upload of object " + root.relativize(target), target, root, e);
      }
    }

    @Override
    public void close() {
      if (!open) {
        return;
      }
      open = false;
      try (file) {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        throw new UncheckedIOException("temporary file " + temporary, e);
      }
    }

    private void checkOpen() {
      if (!open) {
        throw new IllegalStateException("upload of " + target + " is finished");
      }
    }
  }
}
