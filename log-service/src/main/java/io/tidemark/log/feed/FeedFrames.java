package io.tidemark.log.feed;

import io.tidemark.log.transport.HeadEncoder;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Frames of the log in their order, maybe none, and how far the log reaches. The frames are as
/// they arrived: whoever takes one checks it by [Frame#decode]. Not changed after construction.
///
/// Kind 33. Head:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | start LSN | lowest that the log still has |
/// | 8 | 8 | durable LSN | up to where the feed knows the log to be durable |
/// | 16 | 4 | count | frames, 0..64 |
/// | 20 + 4 i | 4 | size | bytes of frame i |
///
/// Behind it the frames, whole ([Frame]), with their own checksums.
record FeedFrames(Lsn startLsn, Lsn durableLsn, List<byte[]> frames) {
  static final int KIND = 33;

  private static final int MAX_FRAMES = 64;

  static FeedFrames of(Lsn startLsn, Lsn durableLsn, Collection<Frame> frames) {
    return new FeedFrames(startLsn, durableLsn, frames.stream().map(Frame::bytes).toList());
  }

  OutgoingMessage encode() {
    HeadEncoder head =
        new HeadEncoder(20 + 4 * frames.size())
            .putLsn(startLsn)
            .putLsn(durableLsn)
            .putInt(frames.size());
    frames.forEach(frame -> head.putInt(frame.length));
    return head.message(KIND, frames);
  }

  static FeedFrames decode(MessageHead head, IncomingMessage message) {
    Lsn start = head.readLsn("start lsn");
    Lsn durable = head.readLsn("durable lsn");
    int count = head.readInt("count", MAX_FRAMES);
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = head.readInt("frame size", Frame.HEADER_BYTES + Frame.MAX_BODY_BYTES);
    }
    head.end();
    List<byte[]> frames = new ArrayList<>(count);
    for (int size : sizes) {
      frames.add(message.readBytes(size));
    }
    message.end();
    return new FeedFrames(start, durable, frames);
  }
}
