package io.tidemark.log.transport;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes the head of a message, field by field, little-endian; [MessageHead] reads it. Confined to
/// one thread.
public final class HeadEncoder {
  private final byte[] bytes;
  private final ByteBuffer buffer;

  /// For a head of exactly `size` bytes.
  public HeadEncoder(int size) {
    this.bytes = new byte[size];
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  public HeadEncoder putByte(int value) {
    buffer.put((byte) value);
    return this;
  }

  public HeadEncoder putInt(int value) {
    buffer.putInt(value);
    return this;
  }

  public HeadEncoder putLong(long value) {
    buffer.putLong(value);
    return this;
  }

  public HeadEncoder putLsn(Lsn lsn) {
    return putLong(lsn.value());
  }

  public HeadEncoder putEpoch(Epoch epoch) {
    return putLong(epoch.value());
  }

  public HeadEncoder putBytes(byte[] source, int length) {
    buffer.put(source, 0, length);
    return this;
  }

  /// The message of this head alone.
  public OutgoingMessage message(int kind) {
    return message(kind, List.of());
  }

  /// The message of this head, with `attachments` behind it.
  public OutgoingMessage message(int kind, List<byte[]> attachments) {
    if (buffer.hasRemaining()) {
      throw new IllegalStateException(
          "message kind " + kind + ": " + buffer.remaining() + " bytes of its head are missing");
    }
    return new OutgoingMessage(kind, bytes, attachments);
  }
}
