package io.tidemark.sql.spill;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.MySqlError;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads what [SpillOutput] put into a part of a temporary file, through a buffer. Confined to the
/// statement's thread.
final class SpillInput {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int BUFFER_BYTES = 16 << 10;

  private final TemporaryFile file;
  private final byte[] buffer;
  private long position;
  private long end;
  private int at;
  private int filled;

  /// Reads from `start` to `end`.
  SpillInput(TemporaryFile file, long start, long end) {
    this.file = file;
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(Long.BYTES, end - start))];
    this.position = start;
    this.end = end;
  }

  /// Whether everything was read.
  boolean isAtEnd() {
    return at == filled && position == end;
  }

  private void require(int bytes) {
    if (filled - at < bytes) {
      fill(bytes);
    }
  }

  private void fill(int bytes) {
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    while (filled < bytes) {
      filled += read(buffer, filled, buffer.length - filled);
    }
  }

  private int read(byte[] target, int offset, int length) {
    int wanted = (int) Math.min(length, end - position);
    int got;
    try {
      got = wanted == 0 ? -1 : file.read(ByteBuffer.wrap(target, offset, wanted), position);
    } catch (IOException failure) {
      throw WorkMemory.failed(MySqlError.ERROR_ON_READ, file.name(), failure);
    }
    if (got <= 0) {
      throw new Corrupt(
          "temporary file " + file.name() + ": expected " + end + " bytes, found " + position);
    }
    position += got;
    return got;
  }

  byte getByte() {
    require(Byte.BYTES);
    return buffer[at++];
  }

  int getInt() {
    require(Integer.BYTES);
    int value = (int) INTS.get(buffer, at);
    at += Integer.BYTES;
    return value;
  }

  long getLong() {
    require(Long.BYTES);
    long value = (long) LONGS.get(buffer, at);
    at += Long.BYTES;
    return value;
  }

  byte[] getBytes() {
    byte[] bytes = new byte[getInt()];
    int done = Math.min(bytes.length, filled - at);
    System.arraycopy(buffer, at, bytes, 0, done);
    at += done;
    while (done < bytes.length) {
      if (bytes.length - done >= buffer.length) {
        done += read(bytes, done, bytes.length - done);
      } else {
        int rest = bytes.length - done;
        require(rest);
        System.arraycopy(buffer, at, bytes, done, rest);
        at += rest;
        done += rest;
      }
    }
    return bytes;
  }
}
