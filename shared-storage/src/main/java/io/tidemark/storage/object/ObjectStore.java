package io.tidemark.storage.object;

import java.util.List;
import java.util.Optional;

/// Immutable objects by key, on S3 or in a local directory.
///
/// Keys are as [ObjectKey] says. No key may be another key followed by `/` and more: a store may
/// keep objects in directories, and then refuses it with [IllegalArgumentException]. When [#put] or
/// [#putIfAbsent] has returned the object is durable and every later call, from any node, sees it
/// whole. A missing object is an answer ([Optional]), not an error.
///
/// Errors: [io.tidemark.storage.error.RetryLater] when the store cannot be reached within the
/// deadline, [io.tidemark.storage.error.Exhausted] when it is full,
/// [io.tidemark.storage.error.Corrupt] when bytes are not what was stored.
///
/// Safe for use by any number of threads.
public interface ObjectStore extends AutoCloseable {
  /// Stores an object, replacing an existing one atomically.
  void put(String key, byte[] content);

  /// Stores an object unless the key exists; false if it does, whoever won.
  boolean putIfAbsent(String key, byte[] content);

  /// The whole object.
  Optional<byte[]> get(String key);

  /// Bytes `offset..offset+length` of the object, fewer at its end, none behind it.
  Optional<byte[]> get(String key, long offset, int length);

  /// Key and size of every object whose key starts with `prefix`, in the order of keys as strings.
  /// The prefix may end anywhere, also within a segment; the empty one lists everything.
  List<ObjectSummary> list(String prefix);

  /// Removes an object; no error if it is absent.
  void delete(String key);

  /// An object too large for one array: parts are appended, the object appears, durable and
  /// replacing an existing one, at [ObjectUpload#complete].
  ObjectUpload startUpload(String key);

  @Override
  void close();

  /// Key and size in bytes of a stored object.
  record ObjectSummary(String key, long sizeBytes) {}

  /// A large object in the making; closing it without [#complete] abandons it. Confined to one
  /// thread.
  interface ObjectUpload extends AutoCloseable {
    void append(byte[] bytes, int offset, int length);

    void complete();

    @Override
    void close();
  }
}
