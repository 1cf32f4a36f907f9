package io.tidemark.log;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks a redo log frame by frame: each begins where the one before ended, epochs never fall,
/// every body is whole mini-transactions of whole records. Checksums are checked by whoever decodes
/// the frames. Confined to one thread.
public final class LogVerifier {
  private static final int MAX_FINDINGS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RecordCursor cursor = new RecordCursor();
  private final List<String> findings = new ArrayList<>();
  private @Nullable Frame first;
  private @Nullable Frame last;
  private long frames;
  private long mtrs;
  private long records;

  /// What a verification saw.
  ///
  /// @param start start LSN of the first frame
  /// @param end end LSN of the last frame
  /// @param epoch of the last frame
  /// @param findings what is wrong, one sentence each
  public record Report(
      long frames,
      long mtrs,
      long records,
      Lsn start,
      Lsn end,
      Epoch epoch,
      List<String> findings) {
    public boolean isSound() {
      return findings.isEmpty();
    }
  }

  /// Reads a log from its start to its durable end.
  public static Report verify(RedoLog log) {
    LogVerifier verifier = new LogVerifier();
    Lsn start = log.startLsn();
    Lsn end = log.durableLsn();
    try (RedoReader reader = log.openReader(start)) {
      while (reader.position().isBefore(end)) {
        Optional<Frame> frame = reader.next(PATIENCE);
        if (frame.isEmpty()) {
          verifier.add("no frame at lsn " + reader.position() + ", the log is durable to " + end);
          break;
        }
        verifier.accept(frame.get());
      }
    } catch (Corrupt e) {
      verifier.add(String.valueOf(e.getMessage()));
    }
    return verifier.report(start);
  }

  /// Checks the next frame.
  public void accept(Frame frame) {
    if (last != null && !frame.startLsn().equals(last.endLsn())) {
      add(frame + ": expected start lsn " + last.endLsn());
    }
    if (last != null && frame.epoch().compareTo(last.epoch()) < 0) {
      add(frame + ": expected epoch " + last.epoch() + " or higher");
    }
    try {
      frame.forEachMtr(Lsn.ZERO, this::acceptMtr);
    } catch (Corrupt e) {
      add(frame + ": " + e.getMessage());
    }
    first = first == null ? frame : first;
    last = frame;
    frames++;
  }

  /// Adds a finding of the caller's.
  public void add(String finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }

  /// What was seen; `start` is where the log begins if it has no frame.
  public Report report(Lsn start) {
    return new Report(
        frames,
        mtrs,
        records,
        first == null ? start : first.startLsn(),
        last == null ? start : last.endLsn(),
        last == null ? new Epoch(0) : last.epoch(),
        List.copyOf(findings));
  }

  private void acceptMtr(long endLsn, byte[] bytes, int offset, int length) {
    mtrs++;
    cursor.reset(bytes, offset, length);
    try {
      while (cursor.next()) {
        records++;
      }
    } catch (Corrupt e) {
      add("mtr at lsn " + endLsn + ": " + e.getMessage());
    }
  }
}
