package io.tidemark.engine.writer;

import io.tidemark.engine.Cursor;
import io.tidemark.storage.error.Rejected;

/// A locking cursor whose transaction hears of deadlocks.
final class RejectingCursor implements Cursor {
  private final Cursor cursor;
  private final WriterTransaction transaction;

  RejectingCursor(Cursor cursor, WriterTransaction transaction) {
    this.cursor = cursor;
    this.transaction = transaction;
  }

  @Override
  public boolean next() {
    try {
      return cursor.next();
    } catch (Rejected e) {
      throw transaction.afterRejection(e);
    }
  }

  @Override
  public boolean isLocked() {
    return cursor.isLocked();
  }

  @Override
  public void meetAgain() {
    cursor.meetAgain();
  }

  @Override
  public byte[] keyBuffer() {
    return cursor.keyBuffer();
  }

  @Override
  public int keyOffset() {
    return cursor.keyOffset();
  }

  @Override
  public int keyLength() {
    return cursor.keyLength();
  }

  @Override
  public byte[] rowBuffer() {
    return cursor.rowBuffer();
  }

  @Override
  public int rowOffset() {
    return cursor.rowOffset();
  }

  @Override
  public int rowLength() {
    return cursor.rowLength();
  }

  @Override
  public byte[] primaryKey() {
    return cursor.primaryKey();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
