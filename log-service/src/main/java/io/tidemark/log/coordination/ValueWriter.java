package io.tidemark.log.coordination;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Builds a value: magic, format, fields, CRC-32C of all of it. Integers are little-endian, a text
/// is a u16 length and UTF-8. Confined to one thread.
public final class ValueWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  public ValueWriter(int magic, int format) {
    writeInt(magic);
    writeInt(format);
  }

  public ValueWriter writeInt(int value) {
    reserve(4).putInt(value);
    return this;
  }

  public ValueWriter writeLong(long value) {
    reserve(8).putLong(value);
    return this;
  }

  public ValueWriter writeText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0xFFFF) {
      throw new IllegalArgumentException("text of " + bytes.length + " bytes, at most 65535");
    }
    reserve(2 + bytes.length).putShort((short) bytes.length).put(bytes);
    return this;
  }

  /// The value with its checksum.
  public byte[] finish() {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().flip());
    writeInt((int) crc.getValue());
    byte[] value = new byte[buffer.position()];
    buffer.get(0, value);
    return value;
  }

  private ByteBuffer reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
    }
    return buffer;
  }
}
