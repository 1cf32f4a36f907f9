package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.overflow.OverflowStore;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Rows that are too long for a leaf: a head in the leaf, the rest in an overflow chain.
///
/// Every version has a chain of its own, which purge frees with the version. Thread-safe.
public final class LongRows {
  /// Bytes of a long row that stay in the leaf.
  private static final int HEAD_BYTES = 256;

  private static final int OWNER_SEQUENCE_BITS = 20;

  private final BufferPool pool;
  private final @Nullable MiniTransactions mtrs;
  private final AtomicLong sequence = new AtomicLong();

  /// `mtrs` is null on a replica, which writes nothing.
  public LongRows(BufferPool pool, @Nullable MiniTransactions mtrs) {
    this.pool = pool;
    this.mtrs = mtrs;
  }

  /// A row as it goes into a leaf, and the chain it has.
  static final class Stored {
    private final int spaceId;
    private final byte[] inline;
    private final byte[] reference;

    Stored(int spaceId, byte[] inline, byte[] reference) {
      this.spaceId = spaceId;
      this.inline = inline;
      this.reference = reference;
    }

    int length() {
      return inline.length + reference.length;
    }

    int flags() {
      return reference.length == 0 ? 0 : ClusteredValue.OVERFLOW;
    }

    byte[] value(long transactionId, long rollPointer, int flags) {
      byte[] value = new byte[ClusteredValue.HEADER_BYTES + length()];
      ClusteredValue.putHeader(value, 0, transactionId, rollPointer, flags);
      System.arraycopy(inline, 0, value, ClusteredValue.HEADER_BYTES, inline.length);
      System.arraycopy(
          reference, 0, value, ClusteredValue.HEADER_BYTES + inline.length, reference.length);
      return value;
    }
  }

  boolean isLong(byte[] primaryKey, byte[] row) {
    return primaryKey.length + ClusteredValue.HEADER_BYTES + row.length > BTree.MAX_ENTRY_BYTES;
  }

  /// Prepares a row for its leaf; writes the chain of a long one.
  Stored store(int spaceId, long transactionId, byte[] primaryKey, byte[] row) {
    if (!isLong(primaryKey, row)) {
      return new Stored(spaceId, row, new byte[0]);
    }
    long owner =
        transactionId << OWNER_SEQUENCE_BITS
            | (sequence.getAndIncrement() & ((1L << OWNER_SEQUENCE_BITS) - 1));
    byte[] rest = Arrays.copyOfRange(row, HEAD_BYTES, row.length);
    int pageNo = OverflowStore.write(mtrs(), spaceId, owner, rest);
    return new Stored(
        spaceId, Arrays.copyOf(row, HEAD_BYTES), ClusteredValue.reference(pageNo, owner));
  }

  /// The whole row of which `bytes[start..end)` is in the leaf.
  byte[] read(int spaceId, byte[] bytes, int start, int end) {
    byte[] reference = Arrays.copyOfRange(bytes, end - ClusteredValue.REFERENCE_BYTES, end);
    byte[] rest =
        OverflowStore.read(
            pool,
            spaceId,
            ClusteredValue.referenceOwner(reference),
            ClusteredValue.referencePage(reference));
    int head = end - start - ClusteredValue.REFERENCE_BYTES;
    byte[] row = new byte[head + rest.length];
    System.arraycopy(bytes, start, row, 0, head);
    System.arraycopy(rest, 0, row, head, rest.length);
    return row;
  }

  /// Frees the chain of a row that did not get into its leaf.
  void free(Stored stored) {
    free(stored.spaceId, stored.reference);
  }

  /// Frees the chain of a version that nobody can see any more; nothing if the reference is empty.
  void free(int spaceId, byte[] reference) {
    if (reference.length > 0) {
      OverflowStore.free(
          mtrs(),
          spaceId,
          ClusteredValue.referenceOwner(reference),
          ClusteredValue.referencePage(reference));
    }
  }

  private MiniTransactions mtrs() {
    if (mtrs == null) {
      throw new IllegalStateException("a replica writes no rows");
    }
    return mtrs;
  }
}
