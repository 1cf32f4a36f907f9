package io.tidemark.log.coordination;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who still reads, and what he needs for it: leases `readers/<name>`. Redo at or above the lowest
/// redo LSN must not be trimmed, row versions visible at or above the lowest snapshot LSN not be
/// purged.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKR`, 1 |
/// | redo | u64 | LSN below which the reader needs no redo and no page |
/// | snapshot | u64 | LSN below which the reader has no snapshot; 2^63-1 if it takes none |
/// | checksum | u32 | CRC-32C of everything before |
///
/// Safe for use by any number of threads.
public final class ReaderLeases {
  private static final String READERS = "readers";
  private static final int MAGIC = 0x524B4D54;
  private static final int FORMAT = 1;

  private final Coordination coordination;

  /// What a reader needs.
  ///
  /// @param redo LSN below which it needs no redo and no page
  /// @param snapshot LSN below which it has no snapshot
  public record Claim(Lsn redo, Lsn snapshot) {
    private static final Lsn NONE = Lsn.of(Long.MAX_VALUE);

    /// That of a reader without snapshots.
    public static Claim ofRedo(Lsn redo) {
      return new Claim(redo, NONE);
    }

    private byte[] encode() {
      return new ValueWriter(MAGIC, FORMAT)
          .writeLong(redo.value())
          .writeLong(snapshot.value())
          .finish();
    }

    private static Claim decode(String name, byte[] value) {
      ValueReader reader = new ValueReader("reader lease " + name, value, MAGIC, FORMAT);
      long redo = reader.readLong();
      long snapshot = reader.readLong();
      reader.finish();
      if (redo < 0 || snapshot < 0) {
        throw new Corrupt(
            "reader lease " + name + ": lsn out of range: redo " + redo + ", snapshot " + snapshot);
      }
      return new Claim(Lsn.of(redo), Lsn.of(snapshot));
    }
  }

  public ReaderLeases(Coordination coordination) {
    this.coordination = coordination;
  }

  /// Registers a reader. A lost lease stays lost: the reader may have lost what it needed as well.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if a reader of the name is there
  public ReaderLease register(String name, Claim claim) {
    return new ReaderLease(coordination.lease(READERS + "/" + name, claim.encode()));
  }

  /// What is claimed, by reader.
  public SortedMap<String, Claim> claims() {
    SortedMap<String, Claim> claims = new TreeMap<>();
    for (String name : coordination.children(READERS)) {
      coordination
          .find(READERS + "/" + name)
          .ifPresent(value -> claims.put(name, Claim.decode(name, value.bytes())));
    }
    return claims;
  }

  /// The lowest LSN from which a reader needs redo or pages; empty if there is no reader.
  public Optional<Lsn> lowestRedo() {
    return claims().values().stream().map(Claim::redo).min(Lsn::compareTo);
  }

  /// The lowest LSN at which a reader may have a snapshot; empty if there is no reader.
  public Optional<Lsn> lowestSnapshot() {
    return claims().values().stream().map(Claim::snapshot).min(Lsn::compareTo);
  }

  /// A registered reader. Safe for use by any number of threads.
  public static final class ReaderLease implements AutoCloseable {
    private final Coordination.Lease lease;

    private ReaderLease(Coordination.Lease lease) {
      this.lease = lease;
    }

    /// Needs no more than `claim` from here on.
    ///
    /// @throws io.tidemark.storage.error.Fenced if the lease is lost
    public void advance(Claim claim) {
      lease.update(claim.encode());
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
