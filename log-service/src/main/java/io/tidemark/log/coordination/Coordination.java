package io.tidemark.log.coordination;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Values under keys that all nodes of a cluster see alike, changed by compare-and-set only.
///
/// Keys are paths such as `log/chain` or `nodes/page-1`: segments of letters, digits, `-`, `_` and
/// `.`, joined by `/`. A key may be another key followed by `/` and more. Values are small: at most
/// [#MAX_VALUE_BYTES]. A change is durable and seen by every later call of any node when the call
/// that made it returns.
///
/// Errors: [io.tidemark.storage.error.RetryLater] when the coordination service cannot be reached
/// within the deadline; whether a change was made is then unknown, and the caller reads again.
///
/// Safe for use by any number of threads.
public interface Coordination extends AutoCloseable {
  /// The most bytes of a value.
  int MAX_VALUE_BYTES = 512 << 10;

  Optional<VersionedValue> find(String key);

  /// Puts a value where none is; false if there is one.
  boolean create(String key, byte[] value);

  /// Replaces the value whose version is `version`; the new version, or empty if the value is
  /// another or is gone.
  OptionalLong replace(String key, byte[] value, long version);

  /// Removes the value whose version is `version`; false if it is another or is gone.
  boolean delete(String key, long version);

  /// The names directly below `key`, of values and of values further below, in their order.
  List<String> children(String key);

  /// Puts a value that lives only as long as this process is connected: it goes when the lease or
  /// the coordination is closed, and within the session timeout after the process died or was cut
  /// off. Nothing may be put below the key of a lease.
  ///
  /// @throws io.tidemark.storage.error.RetryLater also if somebody else holds the key
  Lease lease(String key, byte[] value);

  /// Calls `changed` soon after the value of `key`, or the names or values below it, may have
  /// changed, and once at the beginning. Calls come one at a time from a thread of the
  /// coordination; they must be short. Changes that follow quickly may share a call.
  Watch watch(String key, Runnable changed);

  @Override
  void close();

  /// A value that is there as long as its holder is. Safe for use by any number of threads.
  interface Lease extends AutoCloseable {
    /// Replaces the value.
    ///
    /// @throws io.tidemark.storage.error.Fenced if the lease is lost
    void update(byte[] value);

    /// Whether the holder may still act as such. Turns false before anybody else can get the key.
    boolean isHeld();

    @Override
    void close();
  }

  /// Closing it ends the calls.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
