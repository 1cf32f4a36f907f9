package io.tidemark.log.coordination;

import io.tidemark.storage.error.Corrupt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Takes apart what [ValueWriter] built. Whatever is not as it should be is [Corrupt], with the
/// name that the value goes by. Confined to one thread.
public final class ValueReader {
  private static final int HEADER_BYTES = 8;

  private final String name;
  private final ByteBuffer buffer;

  /// Checks magic, format and checksum.
  public ValueReader(String name, byte[] value, int magic, int format) {
    this.name = name;
    this.buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    int end = value.length - 4;
    if (end < HEADER_BYTES || buffer.getInt(0) != magic) {
      throw new Corrupt(
          "%s: expected magic 0x%08X, found a value of %d bytes"
              .formatted(name, magic, value.length));
    }
    CRC32C crc = new CRC32C();
    crc.update(value, 0, end);
    if (buffer.getInt(end) != (int) crc.getValue()) {
      throw new Corrupt(
          "%s: checksum expected 0x%08X, found 0x%08X"
              .formatted(name, (int) crc.getValue(), buffer.getInt(end)));
    }
    if (buffer.getInt(4) != format) {
      throw new Corrupt(name + ": format expected " + format + ", found " + buffer.getInt(4));
    }
    buffer.position(HEADER_BYTES).limit(end);
  }

  public int readInt() {
    return take(4).getInt();
  }

  public long readLong() {
    return take(8).getLong();
  }

  /// A number that is not negative and at most `max`, such as a count.
  public int readCount(int max) {
    int count = readInt();
    if (count < 0 || count > max) {
      throw new Corrupt(name + ": count expected 0.." + max + ", found " + count);
    }
    return count;
  }

  public String readText() {
    byte[] bytes = new byte[Short.toUnsignedInt(take(2).getShort())];
    take(bytes.length).get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Checks that nothing is left.
  public void finish() {
    if (buffer.hasRemaining()) {
      throw new Corrupt(name + ": " + buffer.remaining() + " bytes behind its end");
    }
  }

  private ByteBuffer take(int bytes) {
    if (buffer.remaining() < bytes) {
      throw new Corrupt(
          "%s: expected %d more bytes, found %d".formatted(name, bytes, buffer.remaining()));
    }
    return buffer;
  }
}
