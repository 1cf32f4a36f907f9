package io.tidemark.log.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The directory that holds a local redo log, as a port: tests put a simulated one in its place.
///
/// Names are plain file names. Creating, renaming and deleting are durable after [#syncDirectory],
/// and survive a crash in their order. Safe for use by any number of threads.
public interface Disk {
  List<String> list() throws IOException;

  /// Opens an existing file for reading and writing.
  ///
  /// @throws java.nio.file.NoSuchFileException if it is absent
  DiskFile open(String name) throws IOException;

  /// Creates an empty file, in place of one that has the name.
  DiskFile create(String name) throws IOException;

  /// Renames a file, replacing one that has the new name, atomically.
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  void syncDirectory() throws IOException;

  /// Bytes that can still be written.
  long freeBytes() throws IOException;

  /// Keeps other processes, and other users in this one, away until closed.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if somebody holds it
  Closeable lock(String name) throws IOException;

  /// How messages name a file.
  String pathOf(String name);

  /// An open file. Safe for use by any number of threads.
  interface DiskFile extends Closeable {
    long size() throws IOException;

    /// Reads until `target` is full or the file ends; returns the number of bytes read.
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes all of `source`.
    void write(ByteBuffer source, long position) throws IOException;

    /// Makes the bytes durable, and the size if it changed.
    void force() throws IOException;
  }
}
