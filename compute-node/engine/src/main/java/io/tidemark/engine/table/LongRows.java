package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.overflow.OverflowStore;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.storage.page.SlottedPage;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Rows that are too long for a leaf: a head in the leaf, the rest in an overflow chain.
///
/// Every version has a chain of its own, which purge frees with the version. Each page of a chain
/// is noted in the transaction's undo in the mtr that writes it, before any row leads there; taking
/// the note back frees the chain. So neither a crash nor a rollback can lose one. Thread-safe.
public final class LongRows {
  /// Bytes of a long row that stay in the leaf.
  private static final int HEAD_BYTES = 256;

  private static final int OWNER_SEQUENCE_BITS = 20;

  private final BufferPool pool;
  private final @Nullable TransactionSystem system;
  private final AtomicLong sequence = new AtomicLong();

  private LongRows(BufferPool pool, @Nullable TransactionSystem system) {
    this.pool = pool;
    this.system = system;
  }

  static LongRows forWriter(TransactionSystem system) {
    return new LongRows(system.mtrs().pool(), system);
  }

  /// For a replica, and for whoever only reads.
  static LongRows forReader(BufferPool pool) {
    return new LongRows(pool, null);
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
  Stored store(OpenTable table, WriteState write, byte[] primaryKey, byte[] row) {
    int spaceId = table.descriptor().spaceId();
    if (!isLong(primaryKey, row)) {
      return new Stored(spaceId, row, new byte[0]);
    }
    long owner =
        write.id() << OWNER_SEQUENCE_BITS
            | (sequence.getAndIncrement() & ((1L << OWNER_SEQUENCE_BITS) - 1));
    byte[] rest = Arrays.copyOfRange(row, HEAD_BYTES, row.length);
    int pageNo =
        OverflowStore.write(
            rest, (start, next) -> writePage(table, write, owner, rest, start, next));
    return new Stored(
        spaceId, Arrays.copyOf(row, HEAD_BYTES), ClusteredValue.reference(pageNo, owner));
  }

  private int writePage(
      OpenTable table, WriteState write, long owner, byte[] rest, int start, int next) {
    TransactionSystem writer = writer();
    while (true) {
      try (MiniTransaction mtr = writer.mtrs().begin()) {
        PageFrame tail = writer.undo().latchTail(mtr, write.segment());
        if (SlottedPage.fits(tail.page(), UndoRecord.MAX_CHAIN_BYTES)) {
          int spaceId = table.descriptor().spaceId();
          int pageNo = OverflowStore.writePage(mtr, spaceId, owner, rest, start, next);
          byte[] reference = ClusteredValue.reference(pageNo, owner);
          long rollPointer = UndoSegments.nextPosition(tail);
          UndoSegments.append(
              mtr, tail, UndoRecord.chain(write.id(), table.id(), reference).encode());
          mtr.commit();
          write.appended(rollPointer);
          return pageNo;
        }
      }
      writer.undo().extend(write.segment());
    }
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
          writer().mtrs(),
          spaceId,
          ClusteredValue.referenceOwner(reference),
          ClusteredValue.referencePage(reference));
    }
  }

  private TransactionSystem writer() {
    if (system == null) {
      throw new IllegalStateException("a reader writes no rows");
    }
    return system;
  }
}
