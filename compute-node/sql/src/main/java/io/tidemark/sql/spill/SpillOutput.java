package io.tidemark.sql.spill;

import io.tidemark.storage.error.MySqlError;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Puts numbers and bytes at the end of a temporary file, through a buffer. Confined to the
/// statement's thread.
final class SpillOutput {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int BUFFER_BYTES = 16 << 10;

  private final TemporaryFile file;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private long flushed;

  SpillOutput(TemporaryFile file) {
    this.file = file;
  }

  /// Where the next byte goes.
  long position() {
    return flushed + filled;
  }

  private void reserve(int bytes) {
    if (buffer.length - filled < bytes) {
      flush();
    }
  }

  void putByte(int value) {
    reserve(Byte.BYTES);
    buffer[filled++] = (byte) value;
  }

  void putInt(int value) {
    reserve(Integer.BYTES);
    INTS.set(buffer, filled, value);
    filled += Integer.BYTES;
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(buffer, filled, value);
    filled += Long.BYTES;
  }

  /// Bytes with their number before them.
  void putBytes(byte[] bytes) {
    putInt(bytes.length);
    if (bytes.length > buffer.length) {
      flush();
      write(ByteBuffer.wrap(bytes));
      return;
    }
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, filled, bytes.length);
    filled += bytes.length;
  }

  /// Hands over what is in the buffer.
  void flush() {
    int bytes = filled;
    filled = 0;
    write(ByteBuffer.wrap(buffer, 0, bytes));
  }

  private void write(ByteBuffer bytes) {
    flushed += bytes.remaining();
    try {
      file.append(bytes);
    } catch (IOException failure) {
      throw WorkMemory.failed(MySqlError.ERROR_ON_WRITE, file.name(), failure);
    }
  }
}
