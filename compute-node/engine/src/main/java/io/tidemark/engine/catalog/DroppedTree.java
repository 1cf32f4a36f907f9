package io.tidemark.engine.catalog;

import io.tidemark.storage.error.Corrupt;
import java.nio.ByteBuffer;

/// A tree that no index leads to: not yet, any more, or never. The value of a pending tree's
/// dictionary object names its tablespace and root page.
record DroppedTree(long treeId, int spaceId, int rootPageNo) {
  static final int BYTES = 2 * Integer.BYTES;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).putInt(spaceId).putInt(rootPageNo).array();
  }

  static DroppedTree decode(long treeId, byte[] value) {
    if (value.length != BYTES) {
      throw new Corrupt(
          "pending tree %d: expected %d bytes, found %d".formatted(treeId, BYTES, value.length));
    }
    ByteBuffer fields = ByteBuffer.wrap(value);
    return new DroppedTree(treeId, fields.getInt(), fields.getInt());
  }
}
