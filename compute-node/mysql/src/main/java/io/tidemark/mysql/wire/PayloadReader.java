package io.tidemark.mysql.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A cursor over the payload of a packet. Every read beyond the end is a [MalformedPacket].
public final class PayloadReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NO_BYTES = {};

  private byte[] bytes;
  private int end;
  private int position;

  public PayloadReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  public int remaining() {
    return end - position;
  }

  private int advance(long length) {
    if (length > end - position || length < 0) {
      throw new MalformedPacket(
          "packet ends " + (length - (end - position)) + " bytes before its last field does");
    }
    int at = position;
    position += (int) length;
    return at;
  }

  /// A cursor over the next `length` bytes, which are consumed.
  public PayloadReader slice(int length) {
    return new PayloadReader(bytes, advance(length), length);
  }

  public void skip(long length) {
    advance(length);
  }

  public int readByte() {
    return bytes[advance(1)] & 0xFF;
  }

  /// The next byte, not consumed; -1 at the end.
  public int peek() {
    return position < end ? bytes[position] & 0xFF : -1;
  }

  public int readShort() {
    int at = advance(2);
    return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
  }

  public int readInt3() {
    int at = advance(3);
    return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
  }

  public int readInt() {
    return (int) INT.get(bytes, advance(4));
  }

  public long readUnsignedInt() {
    return Integer.toUnsignedLong(readInt());
  }

  public long readLong() {
    return (long) LONG.get(bytes, advance(8));
  }

  /// A length-encoded integer. Values beyond 63 bits, NULL (0xFB) and the error mark (0xFF) are
  /// malformed: none of them is a length.
  public long readLengthEncoded() {
    int first = readByte();
    long value =
        switch (first) {
          case 0xFC -> readShort();
          case 0xFD -> readInt3();
          case 0xFE -> readLong();
          default -> first;
        };
    if (first == 0xFB || first == 0xFF || value < 0) {
      throw new MalformedPacket(
          "length-encoded integer expected, found 0x" + Integer.toHexString(first));
    }
    return value;
  }

  public byte[] readBytes(long length) {
    int at = advance(length);
    return Arrays.copyOfRange(bytes, at, position);
  }

  public byte[] readLengthEncodedBytes() {
    return readBytes(readLengthEncoded());
  }

  /// All that is left. The payload is let go: a long statement runs for long and need not be in
  /// memory twice.
  public byte[] readRest() {
    byte[] rest = readBytes(remaining());
    bytes = NO_BYTES;
    position = 0;
    end = 0;
    return rest;
  }

  /// Bytes up to a zero byte, which is consumed; or up to the end if `endAllowed`.
  public byte[] readNullTerminated(boolean endAllowed) {
    int zero = position;
    while (zero < end && bytes[zero] != 0) {
      zero++;
    }
    if (zero == end && !endAllowed) {
      throw new MalformedPacket("string without its final zero byte");
    }
    byte[] text = Arrays.copyOfRange(bytes, position, zero);
    position = Math.min(zero + 1, end);
    return text;
  }

  public String readNullTerminatedText(boolean endAllowed) {
    return new String(readNullTerminated(endAllowed), StandardCharsets.UTF_8);
  }
}
