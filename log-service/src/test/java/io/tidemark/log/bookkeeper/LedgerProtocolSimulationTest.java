package io.tidemark.log.bookkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.log.TailHint;
import io.tidemark.log.archive.ArchiveWriter;
import io.tidemark.log.archive.ArchivedRedoSource;
import io.tidemark.log.archive.ArchiverConfig;
import io.tidemark.log.archive.RedoArchive;
import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.FaultyObjectStore;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The protocol of epochs, chain, fencing and trim over simulated bookies, under many seeds.
///
/// Writers come, freeze, die in the middle of anything and are followed; messages are late, lost
/// and doubled; bookies and coordination are away for a while. Archivers race and die as well, and
/// the log is trimmed up to what they say. Whatever happens there is one history, what was
/// acknowledged is in it, a fenced epoch adds nothing to it, readers of log and archive see a
/// prefix, and from any LSN on all of it can be read.
class LedgerProtocolSimulationTest {
  private static final int SEEDS = Integer.getInteger("tidemark.test.seeds", 100);
  private static final BookKeeperRedoLogConfig CONFIG =
      BookKeeperRedoLogConfig.DEFAULT
          .withRollBytes(2_000)
          .withWindowBytes(1_000)
          .withPatience(Duration.ofMillis(20));

  private static final ArchiverConfig ARCHIVE =
      ArchiverConfig.DEFAULT.withSegmentBytes(1_500).withSegmentAge(Duration.ofMillis(10));

  private final Logger messages = (Logger) LoggerFactory.getLogger("io.tidemark.log.bookkeeper");

  // What all runs have seen together.
  private int segments;
  private int trims;

  @BeforeEach
  void beQuiet() {
    messages.setLevel(Level.OFF);
  }

  @AfterEach
  void speakAgain() {
    messages.setLevel(null);
  }

  @Test
  void historyIsOneWhateverHappens() {
    long base = Long.getLong("tidemark.test.seed", System.nanoTime());
    int epochs = 0;
    segments = 0;
    trims = 0;
    for (int i = 0; i < SEEDS; i++) {
      long seed = base + i;
      try {
        epochs += new Run(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(epochs).as("epochs in all, seeds from " + base).isGreaterThan(SEEDS * 2);
    assertThat(segments).as("archived segments, seeds from " + base).isGreaterThan(SEEDS * 2);
    assertThat(trims).as("trims, seeds from " + base).isGreaterThan(SEEDS / 2);
  }

  /// One seed's cluster.
  private final class Run {
    private final Simulation simulation;
    private final SimulatedBookies bookies;
    private final LocalCoordination coordination = LocalCoordination.inMemory();
    private final List<Frame> acknowledged = new ArrayList<>();
    private final TreeMap<Long, Lsn> claims = new TreeMap<>();
    private final List<Follower> followers = new ArrayList<>();
    private final MemoryObjectStore objects = new MemoryObjectStore();
    private final RedoArchive archive = new RedoArchive(objects, "redo");
    private final ArchivedLsn archived = new ArchivedLsn(coordination.connect());
    private int archivers;
    private int processes;
    private int writers;
    private int marks;
    private Lsn trimmed = Lsn.ZERO;

    Run(long seed) {
      this.simulation = new Simulation(seed);
      this.bookies = new SimulatedBookies(simulation);
    }

    int run() {
      startWriter();
      startArchiver();
      followers.add(new Follower(open("reader-1"), Lsn.ZERO));
      for (int i = 0; i < 60; i++) {
        disturb();
        simulation.run(40);
        followers.get(simulation.random.nextInt(followers.size())).read();
      }
      bookies.calm();
      for (int i = 1; i <= writers; i++) {
        simulation.kill("writer-" + i);
      }
      for (int i = 1; i <= archivers; i++) {
        simulation.kill("archiver-" + i);
      }
      check();
      coordination.close();
      return claims.size();
    }

    private void disturb() {
      if (simulation.chance(0.12)) {
        startWriter();
      }
      if (simulation.chance(0.1)) {
        bookies.setAway(simulation.random.nextInt(3), simulation.chance(0.5));
      }
      if (simulation.chance(0.05)) {
        simulation.kill("writer-" + (1 + simulation.random.nextInt(writers)));
      }
      if (simulation.chance(0.05)) {
        startArchiver();
      }
      if (simulation.chance(0.05)) {
        simulation.kill("archiver-" + (1 + simulation.random.nextInt(archivers)));
      }
      if (simulation.chance(0.1)) {
        trim();
      }
      if (simulation.chance(0.03)) {
        followers.add(new Follower(open("reader-" + (followers.size() + 1)), Lsn.ZERO));
      }
    }

    private BookKeeperRedoLog open(String process) {
      return open(process, TailHint.NONE);
    }

    private BookKeeperRedoLog open(String process, TailHint hint) {
      Coordination network = new SimulatedNetwork(coordination.connect(), simulation, process);
      return BookKeeperRedoLog.open(
          bookies.connect(process),
          network,
          "log/chain",
          CONFIG,
          simulation.new ProcessScheduler(process),
          process + "#" + processes++,
          hint);
    }

    private void startWriter() {
      String process = "writer-" + ++writers;
      Writer writer = new Writer(process, open(process, this::announce));
      simulation.schedule(process, simulation.delay(), writer::claim);
    }

    /// The writer's word to all who follow: some do not hear it, some twice, some late.
    private void announce(Epoch epoch, Lsn lsn) {
      for (Follower follower : followers) {
        int times = simulation.chance(0.2) ? 0 : simulation.chance(0.1) ? 2 : 1;
        for (int i = 0; i < times; i++) {
          simulation.schedule(
              "network", 4 * simulation.delay(), () -> follower.log.durable(epoch, lsn));
        }
      }
    }

    private void startArchiver() {
      String process = "archiver-" + ++archivers;
      simulation.schedule(process, simulation.delay(), new ArchiverProcess(process)::work);
    }

    private void trim() {
      Lsn lowest = archived.get();
      try {
        followers.getFirst().log.trim(lowest);
        trims += lowest.isAfter(trimmed) ? 1 : 0;
        trimmed = lowest;
      } catch (RetryLater | Exhausted e) {
        return;
      }
    }

    private void check() {
      BookKeeperRedoLog last = open("checker");
      Lsn end = last.fence(last.currentEpoch().next());
      assertThat(last.startLsn()).isLessThanOrEqualTo(trimmed);
      segments += objects.list("redo").size();
      RedoSource whole = new ArchivedRedoSource(last, archive);
      TreeMap<Long, Frame> history = readAll(whole, Lsn.ZERO, end);
      for (Frame frame : acknowledged) {
        assertThat(history.get(frame.startLsn().value()).bytes()).isEqualTo(frame.bytes());
      }
      if (end.isAfter(Lsn.ZERO)) {
        Lsn from = Lsn.of(simulation.random.nextLong(end.value()));
        assertThat(readAll(whole, from, end).keySet())
            .isEqualTo(history.tailMap(history.floorKey(from.value()), true).keySet());
      }
      for (Frame frame : history.values()) {
        Optional<Lsn> own = Optional.ofNullable(claims.get(frame.epoch().value()));
        assertThat(own.orElseThrow()).isLessThanOrEqualTo(frame.startLsn());
        claims
            .tailMap(frame.epoch().value(), false)
            .values()
            .forEach(claim -> assertThat(frame.endLsn()).isLessThanOrEqualTo(claim));
      }
      for (Follower follower : followers) {
        follower.finish(end, history);
      }
    }

    private TreeMap<Long, Frame> readAll(RedoSource source, Lsn from, Lsn end) {
      TreeMap<Long, Frame> frames = new TreeMap<>();
      try (RedoReader reader = source.openReader(from)) {
        while (reader.position().isBefore(end)) {
          Frame frame = reader.next(Duration.ZERO).orElseThrow();
          Lsn expected =
              frames.isEmpty() ? frame.startLsn() : frames.lastEntry().getValue().endLsn();
          assertThat(frame.startLsn()).isEqualTo(expected);
          frames.put(frame.startLsn().value(), frame);
        }
      }
      return frames;
    }

    /// Archives what it reads until it is killed, over a store that fails before and after the
    /// fact.
    private final class ArchiverProcess {
      private final String process;
      private final ArchiveWriter writer;
      private final ArchivedLsn told;
      private boolean busy;

      ArchiverProcess(String process) {
        this.process = process;
        this.writer =
            new ArchiveWriter(
                ARCHIVE,
                open(process),
                new RedoArchive(new FaultyObjectStore(objects, faults()), "redo"),
                simulation::now);
        this.told =
            new ArchivedLsn(new SimulatedNetwork(coordination.connect(), simulation, process));
      }

      private FaultyObjectStore.Faults faults() {
        return new FaultyObjectStore.Faults() {
          @Override
          public boolean failBefore() {
            return fails();
          }

          @Override
          public boolean failAfter() {
            return fails();
          }
        };
      }

      private boolean fails() {
        simulation.interleave();
        return simulation.isDead(process) || simulation.chance(0.05);
      }

      /// Most steps are undisturbed: each makes so many calls that otherwise everything would
      /// happen in the middle of something.
      void work() {
        if (!busy) {
          busy = true;
          if (simulation.chance(0.1)) {
            step();
          } else {
            simulation.undisturbed(this::step);
          }
          busy = false;
        }
        simulation.schedule(process, 8 * simulation.delay(), this::work);
      }

      private void step() {
        try {
          writer.step(Duration.ZERO);
          told.publish(writer.archivedLsn());
        } catch (RetryLater | Exhausted e) {
          // As the thread of a real one does: again, a little later.
          return;
        }
      }
    }

    /// Claims the log, then appends until it is told to stop.
    private final class Writer {
      private final String process;
      private final BookKeeperRedoLog log;
      private Epoch epoch;
      private Lsn end;
      private boolean stopped;

      /// Refused frames that are to be sent again: as long as there are any, nothing new comes.
      private int refused;

      /// Frames without an answer.
      private int waiting;

      Writer(String process, BookKeeperRedoLog log) {
        this.process = process;
        this.log = log;
      }

      void claim() {
        try {
          epoch = epoch == null ? log.currentEpoch().next() : epoch;
          end = log.fence(epoch);
          claims.put(epoch.value(), end);
          append();
        } catch (RetryLater | Exhausted e) {
          simulation.schedule(process, simulation.delay(), this::claim);
        } catch (Fenced e) {
          epoch = null;
          if (simulation.chance(0.3)) {
            simulation.schedule(process, simulation.delay(), this::claim);
          }
        }
      }

      void append() {
        if (stopped) {
          return;
        }
        // Bounded as an engine's: a log whose bookies stay away would block the one thread there
        // is.
        int count = refused > 0 || waiting > 200 ? 0 : 1 + simulation.random.nextInt(3);
        for (int i = 0; i < count; i++) {
          Frame frame =
              Frames.frame(epoch.value(), end, ++marks, 20 + simulation.random.nextInt(300));
          end = frame.endLsn();
          send(frame);
        }
        simulation.schedule(process, 2 * simulation.delay(), this::append);
      }

      private void send(Frame frame) {
        Durability durability = simulation.chance(0.1) ? Durability.LAZY : Durability.DISK;
        waiting++;
        log.append(frame, durability)
            .whenComplete((lsn, error) -> {
              waiting--;
              if (error instanceof Exhausted) {
                // What is behind it fails as well, and follows in order.
                refused++;
                simulation.schedule(
                    process,
                    simulation.delay(),
                    () -> {
                      refused--;
                      send(frame);
                    });
              } else if (error != null) {
                stopped = true;
              } else if (durability == Durability.DISK) {
                acknowledged.add(frame);
              }
            });
      }
    }

    /// Reads the log beside its writers.
    private final class Follower {
      private final BookKeeperRedoLog log;
      private final RedoReader reader;
      private final List<Frame> seen = new ArrayList<>();

      Follower(BookKeeperRedoLog log, Lsn from) {
        this.log = log;
        this.reader = new ArchivedRedoSource(log, archive).openReader(from);
      }

      void read() {
        try {
          Optional<Frame> frame = reader.next(Duration.ZERO);
          while (frame.isPresent()) {
            seen.add(frame.get());
            frame = reader.next(Duration.ZERO);
          }
        } catch (Corrupt e) {
          throw new AssertionError("reader at " + reader.position(), e);
        }
      }

      void finish(Lsn end, TreeMap<Long, Frame> history) {
        simulation.pass(Duration.ofSeconds(10));
        while (reader.position().isBefore(end)) {
          seen.add(reader.next(Duration.ZERO).orElseThrow());
        }
        Lsn at = Lsn.ZERO;
        for (Frame frame : seen) {
          assertThat(frame.startLsn()).isEqualTo(at);
          at = frame.endLsn();
          Frame same = history.get(frame.startLsn().value());
          assertThat(same == null || Arrays.equals(same.bytes(), frame.bytes())).isTrue();
        }
      }
    }
  }
}
