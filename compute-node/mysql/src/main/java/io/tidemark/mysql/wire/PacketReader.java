package io.tidemark.mysql.wire;

import io.tidemark.storage.error.MySqlError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads packets: a header of three bytes length and one byte sequence number, then the payload.
/// Payloads of 16 MiB - 1 continue in the next packet and are joined here.
///
/// The buffer grows with the bytes that arrive, not with the length a header declares. A client may
/// send several packets at once; what is not consumed stays in the buffer. Confined to the
/// connection's thread.
public final class PacketReader {
  public static final int MAX_CHUNK = 0xFFFFFF;
  private static final int HEADER = 4;
  private static final int INITIAL_BUFFER = 4 * 1024;
  private static final int RETAINED_BUFFER = 256 * 1024;
  private static final int MAX_READ = 64 * 1024;

  private final Deadline deadline;
  private InputStream in;
  private byte[] buffer = new byte[INITIAL_BUFFER];
  private int start;
  private int end;
  private byte[] payload = buffer;
  private int payloadOffset;
  private int payloadLength;
  private int sequence;
  private long bytesRead;

  public PacketReader(InputStream in, Deadline deadline) {
    this.in = in;
    this.deadline = deadline;
  }

  /// The next packet must have sequence number 0: a command begins.
  public void startCommand() {
    sequence = 0;
  }

  /// The sequence number that the next packet of either side has.
  public int sequence() {
    return sequence;
  }

  /// Continues after packets that the server has sent.
  public void sequence(int next) {
    sequence = next & 0xFF;
  }

  public long bytesRead() {
    return bytesRead;
  }

  /// Reads the next packet.
  ///
  /// @param maxPayload largest payload that is accepted
  /// @return false if the client has closed the connection between two packets
  /// @throws ProtocolViolation 1153 for a larger payload, 1156 for a wrong sequence number
  public boolean read(long maxPayload) throws IOException {
    if (end - start < HEADER && !fill(HEADER, true)) {
      return false;
    }
    int length = takeHeader(0, maxPayload);
    fill(HEADER + length, false);
    if (length < MAX_CHUNK) {
      payload = buffer;
      payloadOffset = start + HEADER;
      payloadLength = length;
      start += HEADER + length;
    } else {
      join(maxPayload);
    }
    deadline.busy();
    return true;
  }

  /// Joins the chunks of a payload of which the first, a full one, is in the buffer.
  private void join(long maxPayload) throws IOException {
    byte[] joined = Arrays.copyOfRange(buffer, start + HEADER, start + HEADER + MAX_CHUNK);
    start += HEADER + MAX_CHUNK;
    int length = MAX_CHUNK;
    while (length == MAX_CHUNK) {
      fill(HEADER, false);
      length = takeHeader(joined.length, maxPayload);
      fill(HEADER + length, false);
      int joinedLength = joined.length;
      joined = Arrays.copyOf(joined, joinedLength + length);
      System.arraycopy(buffer, start + HEADER, joined, joinedLength, length);
      start += HEADER + length;
    }
    payload = joined;
    payloadOffset = 0;
    payloadLength = joined.length;
  }

  private int takeHeader(long before, long maxPayload) throws ProtocolViolation {
    int length =
        (buffer[start] & 0xFF) | (buffer[start + 1] & 0xFF) << 8 | (buffer[start + 2] & 0xFF) << 16;
    if ((buffer[start + 3] & 0xFF) != sequence) {
      throw new ProtocolViolation(
          MySqlError.NET_PACKETS_OUT_OF_ORDER,
          "packet of "
              + length
              + " bytes with number "
              + (buffer[start + 3] & 0xFF)
              + ", expected "
              + sequence);
    }
    long total = before + length;
    if (total > maxPayload || total > Integer.MAX_VALUE - 16) {
      throw new ProtocolViolation(
          MySqlError.NET_PACKET_TOO_LARGE, total + " bytes, at most " + maxPayload + " accepted");
    }
    sequence = (sequence + 1) & 0xFF;
    return length;
  }

  /// Makes `wanted` bytes available from `start`; false if the client has closed the connection and
  /// `endAllowed` and no byte of the packet has come.
  private boolean fill(int wanted, boolean endAllowed) throws IOException {
    while (end - start < wanted) {
      makeRoom(wanted);
      if (endAllowed && end == start) {
        deadline.idle();
      } else {
        deadline.reading();
      }
      int read = in.read(buffer, end, Math.min(buffer.length - end, MAX_READ));
      if (read < 0) {
        if (endAllowed && end == start) {
          return false;
        }
        throw new EOFException("the client closed the connection within a packet");
      }
      end += read;
      bytesRead += read;
    }
    return true;
  }

  /// Leaves room for at least one byte after `end`, without growing beyond what `wanted` needs or
  /// twice what has arrived.
  private void makeRoom(int wanted) {
    if (start == end) {
      start = 0;
      end = 0;
    }
    if (start > 0 && buffer.length - start < wanted) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, wanted + MAX_READ));
    }
  }

  /// A cursor over the payload of the last packet, valid until the next [#read]; to be made before
  /// [#trim].
  public PayloadReader payload() {
    return new PayloadReader(payload, payloadOffset, payloadLength);
  }

  /// Whether another packet has arrived completely already.
  public boolean hasPacket() {
    if (end - start < HEADER) {
      return false;
    }
    int length =
        (buffer[start] & 0xFF) | (buffer[start + 1] & 0xFF) << 8 | (buffer[start + 2] & 0xFF) << 16;
    return end - start >= HEADER + length;
  }

  /// Gives the memory of a large packet to the cursors that [#payload] made of it. There are no
  /// more to be had.
  public void trim() {
    payload = buffer;
    payloadLength = 0;
    if (buffer.length > RETAINED_BUFFER && end - start < INITIAL_BUFFER) {
      byte[] rest = Arrays.copyOfRange(buffer, start, start + INITIAL_BUFFER);
      end -= start;
      start = 0;
      buffer = rest;
      payload = rest;
    }
  }

  /// What has arrived but has not been consumed, which is then the caller's.
  public byte[] takeUnread() {
    byte[] unread = Arrays.copyOfRange(buffer, start, end);
    start = end;
    return unread;
  }

  /// Reads from `other` from here on: the connection has become encrypted.
  public void source(InputStream other) {
    in = other;
  }
}
