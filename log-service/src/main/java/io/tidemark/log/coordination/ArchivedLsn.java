package io.tidemark.log.coordination;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import java.util.Optional;

/// Up to where redo is in the archive, under the key `log/archived`: archivers say it after the
/// fact, whoever trims the log asks. It never goes back.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKD`, 1 |
/// | archived | u64 | LSN up to which every frame is in an archived segment |
/// | checksum | u32 | CRC-32C of everything before |
///
/// Safe for use by any number of threads.
public final class ArchivedLsn {
  private static final String KEY = "log/archived";
  private static final int MAGIC = 0x444B4D54;
  private static final int FORMAT = 1;
  private static final int MAX_ATTEMPTS = 100;

  private final Coordination coordination;

  public ArchivedLsn(Coordination coordination) {
    this.coordination = coordination;
  }

  /// What was published; [Lsn#ZERO] if nothing was.
  public Lsn get() {
    return coordination.find(KEY).map(ArchivedLsn::decode).orElse(Lsn.ZERO);
  }

  /// Redo is archived up to `lsn`. A lower one than before changes nothing.
  public void publish(Lsn lsn) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<VersionedValue> old = coordination.find(KEY);
      if (old.isPresent() && !lsn.isAfter(decode(old.get()))) {
        return;
      }
      byte[] value = new ValueWriter(MAGIC, FORMAT).writeLong(lsn.value()).finish();
      boolean done =
          old.isEmpty()
              ? coordination.create(KEY, value)
              : coordination.replace(KEY, value, old.get().version()).isPresent();
      if (done) {
        return;
      }
    }
    throw new RetryLater("archived lsn: others changed it " + MAX_ATTEMPTS + " times meanwhile");
  }

  private static Lsn decode(VersionedValue value) {
    ValueReader reader = new ValueReader("archived lsn", value.bytes(), MAGIC, FORMAT);
    long lsn = reader.readLong();
    reader.finish();
    if (lsn < 0) {
      throw new Corrupt("archived lsn: out of range: " + lsn);
    }
    return Lsn.of(lsn);
  }
}
