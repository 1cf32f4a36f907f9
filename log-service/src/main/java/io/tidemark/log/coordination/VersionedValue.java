package io.tidemark.log.coordination;

import java.util.Arrays;

/// A value of [Coordination] with the version by which it is replaced. Immutable.
public final class VersionedValue {
  private final byte[] bytes;
  private final long version;

  public VersionedValue(byte[] bytes, long version) {
    this.bytes = bytes.clone();
    this.version = version;
  }

  /// A copy of the value.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// Differs from the version of every other value the key had since it was created.
  public long version() {
    return version;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionedValue that
        && version == that.version
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(version) * 31 + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes of version " + version;
  }
}
