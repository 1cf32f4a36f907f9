package io.tidemark.log.transport;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads the head of a message that has arrived, field by field: little-endian, and every number
/// checked against its range. Confined to one thread.
public final class MessageHead {
  private final int kind;
  private final ByteBuffer bytes;

  MessageHead(int kind, byte[] bytes) {
    this.kind = kind;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// What kind of message this is: the class that reads it knows its number.
  public int kind() {
    return kind;
  }

  /// Bytes not read yet.
  public int remaining() {
    return bytes.remaining();
  }

  public int readByte() {
    try {
      return bytes.get() & 0xFF;
    } catch (BufferUnderflowException e) {
      throw truncated(1, e);
    }
  }

  public long readLong() {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw truncated(8, e);
    }
  }

  /// Four bytes, whatever they are.
  public long readUnsigned() {
    try {
      return Integer.toUnsignedLong(bytes.getInt());
    } catch (BufferUnderflowException e) {
      throw truncated(4, e);
    }
  }

  /// A number in 0..max.
  public int readInt(String name, int max) {
    int value = (int) readUnsigned();
    if (value < 0 || value > max) {
      throw new Corrupt(
          "message kind %d: %s expected 0..%d, found %d".formatted(kind, name, max, value));
    }
    return value;
  }

  public Lsn readLsn(String name) {
    return Lsn.of(readNatural(name));
  }

  public Epoch readEpoch(String name) {
    return new Epoch(readNatural(name));
  }

  private long readNatural(String name) {
    long value = readLong();
    if (value < 0) {
      throw new Corrupt("message kind %d: %s found %d".formatted(kind, name, value));
    }
    return value;
  }

  /// The rest of the head as text.
  public String readText() {
    String text = StandardCharsets.UTF_8.decode(bytes.slice()).toString();
    bytes.position(bytes.limit());
    return text;
  }

  /// Checks that nothing is left.
  public void end() {
    if (bytes.hasRemaining()) {
      throw new Corrupt(
          "message kind %d: %d bytes behind the head's end".formatted(kind, bytes.remaining()));
    }
  }

  private Corrupt truncated(int wanted, BufferUnderflowException cause) {
    return new Corrupt(
        "message kind %d: head ends %d bytes early".formatted(kind, wanted - bytes.remaining()),
        cause);
  }
}
