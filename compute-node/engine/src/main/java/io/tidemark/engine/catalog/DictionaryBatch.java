package io.tidemark.engine.catalog;

import io.tidemark.storage.error.Corrupt;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes of dictionary objects that become true together: what a DDL transaction commits, what
/// its log entry holds, and what the CATALOG_CHANGE record tells replicas.
///
/// Encoded as, for each change in order: key length u32, key, value length u32 or -1 for a removal,
/// value; integers big-endian. Confined to one thread while it is built.
public final class DictionaryBatch {
  private final List<Change> changes = new ArrayList<>();

  /// An object's new value; null removes it.
  static final class Change {
    final DictionaryKey key;
    final byte @Nullable [] value;

    Change(DictionaryKey key, byte @Nullable [] value) {
      this.key = key;
      this.value = value;
    }
  }

  void put(DictionaryKey key, byte[] value) {
    changes.add(new Change(key, value));
  }

  void remove(DictionaryKey key) {
    changes.add(new Change(key, null));
  }

  List<Change> changes() {
    return changes;
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Change change : changes) {
      out.writeBytes(intBytes(change.key.bytes().length));
      out.writeBytes(change.key.bytes());
      byte[] value = change.value;
      out.writeBytes(intBytes(value == null ? -1 : value.length));
      if (value != null) {
        out.writeBytes(value);
      }
    }
    return out.toByteArray();
  }

  public static DictionaryBatch decode(byte[] bytes, int offset, int length) {
    DictionaryBatch batch = new DictionaryBatch();
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    while (in.hasRemaining()) {
      DictionaryKey key = DictionaryKey.ofBytes(take(in, lengthAt(in)));
      int valueLength = in.remaining() < Integer.BYTES ? -2 : in.getInt();
      if (valueLength == -1) {
        batch.remove(key);
      } else {
        batch.put(key, take(in, valueLength));
      }
    }
    return batch;
  }

  private static int lengthAt(ByteBuffer in) {
    return in.remaining() < Integer.BYTES ? -2 : in.getInt();
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new Corrupt(
          "dictionary batch: length " + length + " at " + in.position() + " of " + in.limit());
    }
    byte[] taken = new byte[length];
    in.get(taken);
    return taken;
  }

  private static byte[] intBytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
