package io.tidemark.sql.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// A temporary file in a directory, readable by the server's user alone. Unix unlinks it as soon as
/// it is open, so it cannot outlive the process; other systems delete it when it is closed.
final class DirectoryFile implements TemporaryFile {
  private static final Set<StandardOpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
  private static final FileAttribute<?>[] OWNER_ONLY =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];

  private final Path path;
  private final FileChannel channel;

  private DirectoryFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static DirectoryFile create(Path directory) throws IOException {
    Path path = directory.resolve("tidemark-" + UUID.randomUUID());
    return new DirectoryFile(path, FileChannel.open(path, OPTIONS, OWNER_ONLY));
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
