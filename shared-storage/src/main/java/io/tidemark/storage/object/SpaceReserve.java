package io.tidemark.storage.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A file that takes some space while there is some, to be given up for small objects when the disk
/// is full: without them the store's owner could not even start. Thread-safe.
final class SpaceReserve {
  private static final int BYTES = 1 << 20;

  private final Path file;

  SpaceReserve(Path file) {
    this.file = file;
  }

  /// Takes the space again if it was given up; nothing happens while the disk is full.
  synchronized void fill() {
    if (Files.exists(file)) {
      return;
    }
    // Not zeroes, of which a file system may store none.
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) 'r');
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      release();
    }
  }

  /// Gives the space up; false if it is given up already.
  synchronized boolean release() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }
}
