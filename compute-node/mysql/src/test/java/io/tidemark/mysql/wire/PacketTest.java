package io.tidemark.mysql.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {
  private final Deadline deadline = new Deadline(1000, 1000, 1000);

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        250,
        4092,
        4093,
        40_000,
        0xFFFFFF - 1,
        0xFFFFFF,
        0xFFFFFF + 1,
        2 * 0xFFFFFF,
        2 * 0xFFFFFF + 5
      })
  void readsWhatItWrites(int length) throws IOException {
    byte[] payload = random(length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketWriter writer = new PacketWriter(out, deadline);
    for (byte[] each : new byte[][] {{1, 2}, payload, {3}}) {
      writer.begin();
      writer.writeBytes(each);
      writer.end();
    }
    writer.flush();
    writer.trim();
    PacketReader reader = new PacketReader(new ByteArrayInputStream(out.toByteArray()), deadline);
    for (byte[] each : new byte[][] {{1, 2}, payload, {3}}) {
      assertThat(reader.read(1L << 30)).isTrue();
      PayloadReader cursor = reader.payload();
      reader.trim();
      assertThat(cursor.readRest()).isEqualTo(each);
      assertThat(cursor.remaining()).isZero();
    }
    assertThat(reader.sequence()).isEqualTo(writer.sequence());
    assertThat(reader.read(1L << 30)).isFalse();
    assertThat(reader.bytesRead()).isEqualTo(writer.bytesWritten());
  }

  @Test
  void growsWithTheBytesThatArriveNotWithTheLengthThatIsDeclared() {
    int[] largest = {0};
    InputStream slow =
        new InputStream() {
          private int left = 100;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            largest[0] = Math.max(largest[0], target.length);
            if (left-- == 0) {
              return -1;
            }
            int count = Math.min(length, 100);
            Arrays.fill(target, offset, offset + count, (byte) 0xFF);
            target[offset + 3] = 0;
            return count;
          }
        };
    PacketReader reader = new PacketReader(slow, deadline);
    assertThatThrownBy(() -> reader.read(1L << 30)).isInstanceOf(EOFException.class);
    assertThat(largest[0]).isLessThan(64 * 1024);
  }

  @Test
  void keepsFinishedPacketsWhenOneIsAbandoned() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketWriter writer = new PacketWriter(out, deadline);
    writer.begin();
    writer.writeByte(7);
    writer.end();
    writer.begin();
    writer.writeBytes(random(100_000));
    writer.abandon();
    writer.begin();
    writer.writeByte(8);
    writer.end();
    writer.flush();
    assertThat(out.toByteArray()).isEqualTo(new byte[] {1, 0, 0, 0, 7, 1, 0, 0, 1, 8});
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 250, 251, 65_535, 65_536, 16_777_215, 16_777_216, 4_294_967_296L, Long.MAX_VALUE})
  void encodesLengths(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketWriter writer = new PacketWriter(out, deadline);
    writer.begin();
    writer.writeLengthEncoded(value);
    writer.end();
    writer.flush();
    byte[] bytes = out.toByteArray();
    PayloadReader reader = new PayloadReader(bytes, 4, bytes.length - 4);
    assertThat(reader.readLengthEncoded()).isEqualTo(value);
    assertThat(reader.remaining()).isZero();
  }

  @Test
  void neverReadsBeyondThePayload() {
    byte[] bytes = {(byte) 0xFE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assertThatThrownBy(() -> new PayloadReader(bytes, 0, 8).readLengthEncoded())
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> new PayloadReader(bytes, 0, 1).readShort())
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> new PayloadReader(bytes, 1, 3).readBytes(4))
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> new PayloadReader(bytes, 1, 3).readBytes(Long.MAX_VALUE))
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> new PayloadReader(bytes, 1, 3).readNullTerminated(false))
        .isInstanceOf(MalformedPacket.class);
  }
}
