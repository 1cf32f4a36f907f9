package io.tidemark.log.archive;

import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;

/// A log together with its archive: what the log has given up comes from there, without a gap. The
/// README tells how a reader changes between them. Safe for any number of threads.
public final class ArchivedRedoSource implements RedoSource {
  private final RedoSource log;
  private final RedoArchive archive;

  /// Both remain the caller's.
  public ArchivedRedoSource(RedoSource log, RedoArchive archive) {
    this.log = log;
    this.archive = archive;
  }

  /// That of the log while the archive cannot be asked: then nothing older can be read.
  @Override
  public Lsn startLsn() {
    Lsn logStart = log.startLsn();
    try {
      return archive.findStart().filter(start -> start.isBefore(logStart)).orElse(logStart);
    } catch (RetryLater e) {
      return logStart;
    }
  }

  @Override
  public Lsn durableLsn() {
    return log.durableLsn();
  }

  @Override
  public Lsn knownDurableLsn() {
    return log.knownDurableLsn();
  }

  @Override
  public RedoReader openReader(Lsn from) {
    return ArchivedRedoReader.open(log, archive, from);
  }
}
