package io.tidemark.log.transport;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.tidemark.storage.error.Corrupt;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A message that has arrived, still in the buffers of the network: first [#readHead], then the
/// attachments that the head tells of, in their order, then [#close]. Trusts nothing; every read
/// may throw [Corrupt]. Confined to one thread at a time.
public final class IncomingMessage implements AutoCloseable {
  private static final int CHUNK_BYTES = 8 << 10;

  private final InputStream in;

  /// Takes over what `stream` has, if it gives it away.
  IncomingMessage(InputStream stream) {
    this.in = stream instanceof Detachable detachable ? detachable.detach() : stream;
  }

  /// The head, checked.
  public MessageHead readHead() {
    byte[] envelope = readBytes(Envelope.BYTES);
    return Envelope.open(envelope, readBytes(Envelope.headLength(envelope)));
  }

  /// Copies the next bytes of the attachments, as many as `target` takes, straight from the
  /// network's buffers.
  public void readInto(MemorySegment target) {
    try {
      if (in instanceof HasByteBuffer buffers && buffers.byteBufferSupported()) {
        copyBuffers(buffers, target);
      } else {
        copyThroughArray(target);
      }
    } catch (IOException e) {
      throw new Corrupt("message: " + e.getMessage(), e);
    }
  }

  /// The next `length` bytes of the attachments; the caller has checked `length` against a limit.
  public byte[] readBytes(int length) {
    try {
      if (length > in.available()) {
        throw new EOFException("expected " + length + " more bytes, found " + in.available());
      }
      byte[] bytes = new byte[length];
      if (in.readNBytes(bytes, 0, length) != length) {
        throw new EOFException("expected " + length + " more bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new Corrupt("message: " + e.getMessage(), e);
    }
  }

  /// Checks that nothing is left.
  public void end() {
    try {
      if (in.available() > 0) {
        throw new Corrupt("message: " + in.available() + " bytes behind its end");
      }
    } catch (IOException e) {
      throw new Corrupt("message: " + e.getMessage(), e);
    }
  }

  private void copyBuffers(HasByteBuffer buffers, MemorySegment target) throws IOException {
    long done = 0;
    while (done < target.byteSize()) {
      ByteBuffer next = buffers.getByteBuffer();
      if (next == null || !next.hasRemaining()) {
        throw new EOFException("expected " + (target.byteSize() - done) + " more bytes");
      }
      int count = (int) Math.min(next.remaining(), target.byteSize() - done);
      MemorySegment.copy(MemorySegment.ofBuffer(next), 0, target, done, count);
      in.skipNBytes(count);
      done += count;
    }
  }

  private void copyThroughArray(MemorySegment target) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, target.byteSize())];
    long done = 0;
    while (done < target.byteSize()) {
      int count = in.read(chunk, 0, (int) Math.min(chunk.length, target.byteSize() - done));
      if (count < 0) {
        throw new EOFException("expected " + (target.byteSize() - done) + " more bytes");
      }
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, target, done, count);
      done += count;
    }
  }

  /// Gives the network's buffers back.
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new Corrupt("message: " + e.getMessage(), e);
    }
  }
}
