package io.tidemark.log.coordination;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// The values of a [LocalCoordination] in a directory: a file for each key, replaced by rename and
/// synced before a change returns. The name is the key with `~` for `/`; `lock` is held with a file
/// lock, `new~` is a file being written.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKV` |
/// | 4 | 4 | format | 1 |
/// | 8 | 8 | version | by which the value is replaced; little-endian, as all |
/// | 16 | n | value | to the checksum |
/// | 16 + n | 4 | checksum | CRC-32C of everything before |
///
/// Guarded by a lock of its owner.
final class ValueFiles implements AutoCloseable {
  private static final int MAGIC = 0x564B4D54;
  private static final int FORMAT = 1;
  private static final int HEADER_BYTES = 16;
  private static final String LOCK = "~lock";
  private static final String UNFINISHED = "~new";

  private final Path directory;
  private final FileChannel lock;

  private ValueFiles(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /// Opens `directory`, creating it if it is absent.
  ///
  /// @throws RetryLater if somebody else has it open
  static ValueFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new RetryLater("coordination directory " + directory + ": in use by another process");
      }
      return new ValueFiles(directory, channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new RetryLater("coordination directory " + directory + ": in use by this process", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  SortedMap<String, VersionedValue> readAll() throws IOException {
    SortedMap<String, VersionedValue> values = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.startsWith("~")) {
          values.put(name.replace('~', '/'), read(file));
        }
      }
    }
    return values;
  }

  void write(String key, VersionedValue value) throws IOException {
    byte[] bytes = value.bytes();
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + bytes.length + 4).order(LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putInt(FORMAT).putLong(value.version()).put(bytes);
    buffer.putInt(crc(buffer, buffer.position())).flip();
    Path unfinished = directory.resolve(UNFINISHED);
    try (FileChannel file = FileChannel.open(unfinished, CREATE, TRUNCATE_EXISTING, WRITE)) {
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      file.force(true);
    }
    Files.move(unfinished, pathOf(key), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory();
  }

  void delete(String key) throws IOException {
    Files.deleteIfExists(pathOf(key));
    syncDirectory();
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private Path pathOf(String key) {
    return directory.resolve(key.replace('/', '~'));
  }

  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  private static VersionedValue read(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(LITTLE_ENDIAN);
    int end = buffer.limit() - 4;
    if (end < HEADER_BYTES || buffer.getInt(0) != MAGIC) {
      throw new Corrupt(
          "value file %s: expected magic TMKV, found %d bytes".formatted(file, buffer.limit()));
    }
    if (buffer.getInt(end) != crc(buffer, end)) {
      throw new Corrupt(
          "value file %s: checksum expected 0x%08X, found 0x%08X"
              .formatted(file, crc(buffer, end), buffer.getInt(end)));
    }
    if (buffer.getInt(4) != FORMAT) {
      throw new Corrupt("value file " + file + ": format expected 1, found " + buffer.getInt(4));
    }
    byte[] bytes = new byte[end - HEADER_BYTES];
    buffer.get(HEADER_BYTES, bytes);
    return new VersionedValue(bytes, buffer.getLong(8));
  }

  private static int crc(ByteBuffer buffer, int end) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().position(0).limit(end));
    return (int) crc.getValue();
  }
}
