package io.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.log.coordination.ReaderLeases.Claim;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTrimmerTest {
  private static final Lsn NOTHING = Lsn.of(Long.MAX_VALUE);

  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final Pages pages = new Pages();
  private final LocalCoordination service = LocalCoordination.inMemory();
  private final LocalCoordination.Session coordination = service.connect();
  private final ReaderLeases leases = new ReaderLeases(coordination);
  private final ArchivedLsn archived = new ArchivedLsn(coordination);
  private final List<Lsn> ends = new ArrayList<>();

  /// What page servers have uploaded, and what they were told.
  private static final class Pages implements PageService {
    private Lsn uploaded = Lsn.ZERO;
    private Lsn horizon = Lsn.ZERO;
    private boolean away;

    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void prefetch(List<PageRequest> requests) {}

    @Override
    public Lsn ingestedLsn() {
      return uploaded;
    }

    @Override
    public Lsn uploadedLsn() {
      if (away) {
        throw new RetryLater("page server is away");
      }
      return uploaded;
    }

    @Override
    public void advanceGcHorizon(Lsn lsn) {
      horizon = lsn;
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }

  @BeforeEach
  void write() {
    log.fence(new Epoch(1));
    Lsn at = Lsn.ZERO;
    for (int i = 0; i < 10; i++) {
      RecordEncoder mtr = new RecordEncoder(64);
      mtr.number(RedoRecordType.TRANSACTION_ABORT, i);
      mtr.finish();
      byte[] bytes = new byte[Frame.HEADER_BYTES + mtr.sizeBytes()];
      System.arraycopy(mtr.buffer(), 0, bytes, Frame.HEADER_BYTES, mtr.sizeBytes());
      Frame frame = Frame.seal(new Epoch(1), at, bytes);
      log.append(frame, Durability.DISK).join();
      at = frame.endLsn();
      ends.add(at);
    }
  }

  @AfterEach
  void close() {
    service.close();
    log.close();
  }

  private LogTrimmer inACluster() {
    return LogTrimmer.create(
        log,
        pages,
        new LogTrimmer.Needs(List.of(() -> leases.lowestRedo().orElse(NOTHING)), archived::get));
  }

  @Test
  void trimsUpToTheSlowestOfPageServersArchiveAndReaders() {
    LogTrimmer trimmer = inACluster();
    pages.uploaded = ends.get(7);
    trimmer.trim();
    assertThat(log.startLsn()).as("nothing is archived").isEqualTo(Lsn.ZERO);
    archived.publish(ends.get(3));
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(ends.get(3));
    archived.publish(ends.get(9));
    try (ReaderLeases.ReaderLease reader = leases.register("replica", Claim.ofRedo(ends.get(5)))) {
      trimmer.trim();
      assertThat(log.startLsn()).isEqualTo(ends.get(5));
      reader.advance(Claim.ofRedo(ends.get(6)));
      trimmer.trim();
      assertThat(log.startLsn()).isEqualTo(ends.get(6));
    }
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(ends.get(7));
    trimmer.close();
  }

  @Test
  void anExpiredReaderHoldsNothingBack() {
    LogTrimmer trimmer = inACluster();
    pages.uploaded = ends.get(7);
    archived.publish(ends.get(7));
    LocalCoordination.Session replica = service.connect();
    new ReaderLeases(replica).register("replica", Claim.ofRedo(ends.get(1)));
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(ends.get(1));
    replica.expire();
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(ends.get(7));
    trimmer.close();
  }

  @Test
  void withoutAnAnswerEverythingStays() {
    LogTrimmer trimmer = inACluster();
    pages.uploaded = ends.get(7);
    pages.away = true;
    archived.publish(ends.get(7));
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(Lsn.ZERO);
    pages.away = false;
    trimmer.trim();
    assertThat(log.startLsn()).isEqualTo(ends.get(7));
    trimmer.close();
  }

  @Test
  void pageVersionsStayForTheReadsUnderWayWhateverIsArchived() {
    LogTrimmer trimmer = inACluster();
    pages.uploaded = ends.get(7);
    for (int period = 0; period < LogTrimmer.READ_PERIODS; period++) {
      trimmer.trim();
      assertThat(pages.horizon).isEqualTo(Lsn.ZERO);
    }
    pages.uploaded = ends.get(8);
    trimmer.trim();
    assertThat(pages.horizon).isEqualTo(ends.get(7));
    assertThat(log.startLsn()).isEqualTo(Lsn.ZERO);
    trimmer.close();
  }
}
