package io.tidemark.log.coordination;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who still reads redo, and from which LSN on he needs it: leases `readers/<name>`. What is at or
/// above the lowest of them must not be trimmed.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKR`, 1 |
/// | horizon | u64 | LSN below which the reader needs nothing more |
/// | checksum | u32 | CRC-32C of everything before |
///
/// Safe for use by any number of threads.
public final class ReaderLeases {
  private static final String READERS = "readers";
  private static final int MAGIC = 0x524B4D54;
  private static final int FORMAT = 1;

  private final Coordination coordination;

  public ReaderLeases(Coordination coordination) {
    this.coordination = coordination;
  }

  /// Registers a reader. A lost lease stays lost: the reader may have lost what it needed as well.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if a reader of the name is there
  public ReaderLease register(String name, Lsn horizon) {
    return new ReaderLease(coordination.lease(READERS + "/" + name, encode(horizon)));
  }

  /// The horizons by reader.
  public SortedMap<String, Lsn> horizons() {
    SortedMap<String, Lsn> horizons = new TreeMap<>();
    for (String name : coordination.children(READERS)) {
      coordination
          .find(READERS + "/" + name)
          .ifPresent(value -> horizons.put(name, decode(name, value.bytes())));
    }
    return horizons;
  }

  /// The lowest LSN that a reader needs; empty if there is no reader.
  public Optional<Lsn> lowest() {
    return horizons().values().stream().min(Lsn::compareTo);
  }

  private static byte[] encode(Lsn horizon) {
    return new ValueWriter(MAGIC, FORMAT).writeLong(horizon.value()).finish();
  }

  private static Lsn decode(String name, byte[] value) {
    ValueReader reader = new ValueReader("reader lease " + name, value, MAGIC, FORMAT);
    long horizon = reader.readLong();
    reader.finish();
    if (horizon < 0) {
      throw new Corrupt("reader lease " + name + ": lsn out of range: " + horizon);
    }
    return Lsn.of(horizon);
  }

  /// A registered reader. Safe for use by any number of threads.
  public static final class ReaderLease implements AutoCloseable {
    private final Coordination.Lease lease;

    private ReaderLease(Coordination.Lease lease) {
      this.lease = lease;
    }

    /// Needs nothing below `horizon` any more.
    ///
    /// @throws io.tidemark.storage.error.Fenced if the lease is lost
    public void advance(Lsn horizon) {
      lease.update(encode(horizon));
    }

    public boolean isHeld() {
      return lease.isHeld();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
