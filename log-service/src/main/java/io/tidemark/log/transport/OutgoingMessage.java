package io.tidemark.log.transport;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A message on its way to another node: a head, and byte arrays that go behind it as they are.
/// They are copied once, into the buffer of the network, when the message is sent; until then
/// nobody may change them. Immutable.
public final class OutgoingMessage {
  private final byte[] head;
  private final List<byte[]> attachments;
  private final int sizeBytes;

  /// A message whose head is `head`; it takes the arrays over.
  OutgoingMessage(int kind, byte[] head, List<byte[]> attachments) {
    this.head = Envelope.seal(kind, head);
    this.attachments = List.copyOf(attachments);
    long size = this.head.length;
    for (byte[] attachment : this.attachments) {
      size += attachment.length;
    }
    this.sizeBytes = Math.toIntExact(size);
  }

  public int sizeBytes() {
    return sizeBytes;
  }

  InputStream stream() {
    return new Stream();
  }

  /// How gRPC takes the bytes: in one go by [#drainTo]; byte by byte only where it must.
  private final class Stream extends InputStream implements KnownLength, Drainable {
    private int part;
    private int position;

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int drained = 0;
      for (; part <= attachments.size(); part++) {
        byte[] bytes = part(part);
        target.write(bytes, position, bytes.length - position);
        drained += bytes.length - position;
        position = 0;
      }
      return drained;
    }

    @Override
    public int read() {
      while (part <= attachments.size() && position == part(part).length) {
        part++;
        position = 0;
      }
      return part > attachments.size() ? -1 : part(part)[position++] & 0xFF;
    }

    @Override
    public int available() {
      int left = -position;
      for (int i = part; i <= attachments.size(); i++) {
        left += part(i).length;
      }
      return Math.max(left, 0);
    }

    private byte[] part(int index) {
      return index == 0 ? head : attachments.get(index - 1);
    }
  }
}
