package io.tidemark.mysql.wire;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds packets in one buffer and sends many of them with one system call.
///
/// [#begin] leaves room for a header, the `write` methods append the payload, [#end] fills the
/// header in. Finished packets are sent by [#flush], or when the buffer is full: then the
/// connection's thread waits until the client takes them, which bounds the memory of a large
/// result. A payload of 16 MiB - 1 or more is split. Confined to the connection's thread.
public final class PacketWriter {
  private static final int HEADER = 4;
  private static final int INITIAL_BUFFER = 4 * 1024;
  private static final int RETAINED_BUFFER = 256 * 1024;

  /// Finished bytes beyond which the next row is preceded by a write to the socket.
  private static final int FLUSH_THRESHOLD = 32 * 1024;

  /// Bytes of one system call. Java keeps a buffer of this size outside the heap for each thread;
  /// and a client that takes so much in time is alive.
  private static final int MAX_WRITE = 64 * 1024;

  /// Largest payload that is built: what `max_allowed_packet` can be at most.
  private static final int MAX_PAYLOAD = 1 << 30;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Deadline deadline;
  private OutputStream out;
  private byte[] buffer = new byte[INITIAL_BUFFER];
  private int packetStart;
  private int position;
  private int sequence;
  private long bytesWritten;

  public PacketWriter(OutputStream out, Deadline deadline) {
    this.out = out;
    this.deadline = deadline;
  }

  /// The sequence number of the next packet.
  public int sequence() {
    return sequence;
  }

  public void sequence(int next) {
    sequence = next & 0xFF;
  }

  public long bytesWritten() {
    return bytesWritten;
  }

  /// Writes to `other` from here on: the connection has become encrypted.
  public void target(OutputStream other) {
    out = other;
  }

  public void begin() {
    packetStart = position;
    ensure(HEADER);
    position = packetStart + HEADER;
  }

  public void end() {
    int length = position - packetStart - HEADER;
    if (length >= PacketReader.MAX_CHUNK) {
      endSplit(length);
    } else {
      putHeader(packetStart, length);
    }
    packetStart = position;
    if (position > FLUSH_THRESHOLD) {
      flush();
    }
  }

  /// Forgets the packet that was begun and not ended, if there is one.
  public void abandon() {
    position = packetStart;
  }

  /// Offset of the next byte in the packet's payload.
  public int payloadPosition() {
    return position - packetStart - HEADER;
  }

  private void putHeader(int at, int length) {
    INT.set(buffer, at, length | sequence << 24);
    sequence = (sequence + 1) & 0xFF;
  }

  /// Sends a payload in chunks. The header of each further chunk overwrites the end of the chunk
  /// before, which has been sent by then.
  private void endSplit(int length) {
    int at = packetStart;
    int rest = length;
    send(0, packetStart);
    while (rest >= PacketReader.MAX_CHUNK) {
      putHeader(at, PacketReader.MAX_CHUNK);
      send(at, HEADER + PacketReader.MAX_CHUNK);
      at += PacketReader.MAX_CHUNK;
      rest -= PacketReader.MAX_CHUNK;
    }
    putHeader(at, rest);
    send(at, HEADER + rest);
    position = 0;
  }

  private void send(int from, int length) {
    if (length == 0) {
      return;
    }
    try {
      for (int sent = 0; sent < length; sent += MAX_WRITE) {
        deadline.writing();
        out.write(buffer, from + sent, Math.min(length - sent, MAX_WRITE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    deadline.busy();
    bytesWritten += length;
  }

  /// Sends all finished packets; a packet that is being built stays.
  ///
  /// @throws UncheckedIOException if the client is gone
  public void flush() {
    send(0, packetStart);
    if (position > packetStart) {
      System.arraycopy(buffer, packetStart, buffer, 0, position - packetStart);
    }
    position -= packetStart;
    packetStart = 0;
  }

  /// Gives back memory that a large result took. Nothing may be unsent.
  public void trim() {
    if (buffer.length > RETAINED_BUFFER && position == 0) {
      buffer = new byte[INITIAL_BUFFER];
    }
  }

  private void ensure(int more) {
    if (buffer.length - position < more) {
      makeRoom(more);
    }
  }

  private void makeRoom(int more) {
    if (packetStart >= FLUSH_THRESHOLD / 2) {
      flush();
    }
    long needed = (long) position + more;
    if (needed - packetStart > MAX_PAYLOAD) {
      throw new Rejected(MySqlError.NET_PACKET_TOO_LARGE);
    }
    if (needed > buffer.length) {
      long grown = Math.max(needed, Math.min(2L * buffer.length, MAX_PAYLOAD));
      buffer = Arrays.copyOf(buffer, (int) Math.min(grown, Integer.MAX_VALUE - 16));
    }
  }

  public void writeByte(int value) {
    ensure(1);
    buffer[position++] = (byte) value;
  }

  public void writeShort(int value) {
    ensure(2);
    SHORT.set(buffer, position, (short) value);
    position += 2;
  }

  public void writeInt(int value) {
    ensure(4);
    INT.set(buffer, position, value);
    position += 4;
  }

  public void writeLong(long value) {
    ensure(8);
    LONG.set(buffer, position, value);
    position += 8;
  }

  public void writeZeros(int count) {
    ensure(count);
    Arrays.fill(buffer, position, position + count, (byte) 0);
    position += count;
  }

  public void writeLengthEncoded(long value) {
    if (value >= 0 && value < 251) {
      writeByte((int) value);
    } else if (value >= 0 && value < 1 << 16) {
      writeByte(0xFC);
      writeShort((int) value);
    } else if (value >= 0 && value < 1 << 24) {
      ensure(4);
      INT.set(buffer, position, 0xFD | (int) value << 8);
      position += 4;
    } else {
      writeByte(0xFE);
      writeLong(value);
    }
  }

  public void writeBytes(byte[] bytes) {
    writeBytes(bytes, 0, bytes.length);
  }

  public void writeBytes(byte[] bytes, int offset, int length) {
    ensure(length);
    System.arraycopy(bytes, offset, buffer, position, length);
    position += length;
  }

  public void writeLengthEncodedBytes(byte[] bytes, int offset, int length) {
    writeLengthEncoded(length);
    writeBytes(bytes, offset, length);
  }

  public void writeLengthEncodedText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeLengthEncodedBytes(bytes, 0, bytes.length);
  }

  public void writeNullTerminated(String text) {
    writeBytes(text.getBytes(StandardCharsets.UTF_8));
    writeByte(0);
  }

  /// Sets bits of a byte that has been written already.
  public void orByte(int payloadOffset, int bits) {
    buffer[packetStart + HEADER + payloadOffset] |= (byte) bits;
  }

  /// The buffer, with room for `length` bytes from [#position]; for encoders that print in place
  /// and then call [#advanceTo]. Valid until the next call of this writer.
  public byte[] reserve(int length) {
    ensure(length);
    return buffer;
  }

  public int position() {
    return position;
  }

  public void advanceTo(int next) {
    position = next;
  }
}
