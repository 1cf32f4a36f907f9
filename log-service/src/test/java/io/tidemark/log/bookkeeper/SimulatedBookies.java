package io.tidemark.log.bookkeeper;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Three bookies as the BookKeeper protocol has them, in a [Simulation]: messages are late, lost or
/// come twice, bookies are away, recovery asks two of three and writes back what it finds.
final class SimulatedBookies {
  private static final int COPIES = 3;
  private static final int ACKS = 2;
  private static final long TIMEOUT = 8_000_000;

  private final Simulation simulation;
  private final Map<Long, Copies> ledgers = new HashMap<>();
  private final boolean[] away = new boolean[COPIES];
  private long nextId = 1;
  private boolean calm;

  /// A ledger's metadata and what each bookie has of it.
  private static final class Copies {
    final List<TreeMap<Long, byte[]>> entries =
        List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    final boolean[] fenced = new boolean[COPIES];
    long lastConfirmed = -1;
    boolean closed;
    long lastEntry = -1;
  }

  SimulatedBookies(Simulation simulation) {
    this.simulation = simulation;
  }

  void setAway(int bookie, boolean gone) {
    away[bookie] = gone;
  }

  /// From here on nothing fails.
  void calm() {
    calm = true;
    for (int i = 0; i < COPIES; i++) {
      away[i] = false;
    }
  }

  int ledgerCount() {
    return ledgers.size();
  }

  LedgerStore connect(String process) {
    return new Client(process);
  }

  /// What a process sees of the bookies.
  private final class Client implements LedgerStore {
    private final String process;

    Client(String process) {
      this.process = process;
    }

    private void pass() {
      simulation.interleave();
      if (simulation.isDead(process)) {
        throw new RetryLater(process + " is dead");
      }
      if (!calm && simulation.chance(0.03)) {
        throw new RetryLater("no answer");
      }
    }

    @Override
    public WritableLedger create() {
      pass();
      int present = COPIES - absent();
      if (present < ACKS) {
        throw new Exhausted("not enough bookies");
      }
      long id = nextId++;
      Copies copies = new Copies();
      ledgers.put(id, copies);
      pass();
      return new Own(process, id, copies);
    }

    private int absent() {
      int count = 0;
      for (boolean gone : away) {
        count += gone ? 1 : 0;
      }
      return count;
    }

    @Override
    public ReadableLedger recover(long id) {
      pass();
      Copies copies = ledgers.get(id);
      if (copies == null) {
        throw new Corrupt("ledger " + id + " is missing");
      }
      if (!copies.closed) {
        recover(copies);
      }
      pass();
      return new View(process, id, copies);
    }

    private void recover(Copies copies) {
      List<Integer> asked = new ArrayList<>();
      for (int i = 0; i < COPIES; i++) {
        if (!away[i]) {
          asked.add(i);
        }
      }
      Collections.shuffle(asked, simulation.random);
      if (asked.size() < ACKS) {
        throw new RetryLater("recovery: not enough bookies");
      }
      if (simulation.chance(0.5)) {
        asked = asked.subList(0, ACKS);
      }
      for (int bookie : asked) {
        copies.fenced[bookie] = true;
        pass();
      }
      long entry = 0;
      while (true) {
        byte[] found = null;
        for (int bookie : asked) {
          found = found == null ? copies.entries.get(bookie).get(entry) : found;
        }
        if (found == null) {
          break;
        }
        for (int bookie : asked) {
          copies.entries.get(bookie).put(entry, found);
        }
        entry++;
        pass();
      }
      if (!copies.closed) {
        copies.closed = true;
        copies.lastEntry = entry - 1;
      }
    }

    @Override
    public Optional<ReadableLedger> open(long id) {
      pass();
      Copies copies = ledgers.get(id);
      return copies == null ? Optional.empty() : Optional.of(new View(process, id, copies));
    }

    @Override
    public void delete(long id) {
      pass();
      ledgers.remove(id);
      pass();
    }

    @Override
    public void close() {
      simulation.kill(process);
    }
  }

  private class View implements LedgerStore.ReadableLedger {
    final String process;
    final long id;
    final Copies copies;
    private long confirmed;
    private boolean seenClosed;

    View(String process, long id, Copies copies) {
      this.process = process;
      this.id = id;
      this.copies = copies;
      this.seenClosed = copies.closed;
      this.confirmed = simulation.chance(0.5) ? copies.lastConfirmed : -1;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public long lastConfirmed() {
      return isClosed() ? copies.lastEntry : confirmed;
    }

    /// The news of a ledger's end may come late.
    @Override
    public boolean isClosed() {
      seenClosed |= copies.closed && (calm || simulation.chance(0.3));
      return seenClosed;
    }

    @Override
    public void awaitConfirmed(long known, Duration timeout) {
      simulation.interleave();
      confirmed = Math.max(confirmed, copies.lastConfirmed);
    }

    @Override
    public NearbyBookie.Watch watch(long known, Runnable advanced) {
      return () -> {};
    }

    /// Whatever a bookie has, confirmed or not.
    @Override
    public Optional<byte[]> peek(long entry) {
      simulation.interleave();
      int bookie = simulation.random.nextInt(COPIES);
      return ledgers.get(id) != copies || away[bookie]
          ? Optional.empty()
          : Optional.ofNullable(copies.entries.get(bookie).get(entry));
    }

    @Override
    public List<byte[]> read(long first, long last) {
      if (last > lastConfirmed()) {
        throw new IllegalArgumentException("entry " + last + " is not confirmed");
      }
      if (ledgers.get(id) != copies) {
        throw new Corrupt("ledger " + id + " is deleted");
      }
      List<byte[]> read = new ArrayList<>();
      for (long entry = first; entry <= last; entry++) {
        byte[] found = null;
        for (TreeMap<Long, byte[]> copy : copies.entries) {
          found = found == null ? copy.get(entry) : found;
        }
        if (found == null) {
          throw new Corrupt("ledger " + id + ", entry " + entry + ": lost");
        }
        read.add(found);
      }
      return read;
    }

    @Override
    public void close() {}
  }

  private final class Own extends View implements LedgerStore.WritableLedger {
    private final TreeMap<Long, Adding> adding = new TreeMap<>();
    private long next;
    private RuntimeException broken;

    /// An entry on its way.
    private static final class Adding {
      final CompletableFuture<Long> future = new CompletableFuture<>();
      final boolean[] acked = new boolean[COPIES];
    }

    Own(String process, long id, Copies copies) {
      super(process, id, copies);
    }

    @Override
    public long lastConfirmed() {
      return copies.closed ? copies.lastEntry : copies.lastConfirmed;
    }

    @Override
    public CompletableFuture<Long> append(byte[] entry) {
      Adding one = new Adding();
      long number = next++;
      if (broken != null) {
        RuntimeException reason = broken;
        simulation.schedule(process, 1, () -> one.future.completeExceptionally(reason));
        return one.future;
      }
      adding.put(number, one);
      for (int i = 0; i < COPIES; i++) {
        send(i, number, entry, one);
        if (!calm && simulation.chance(0.05)) {
          send(i, number, entry, one);
        }
      }
      simulation.schedule(process, TIMEOUT, () -> timeOut(number));
      return one.future;
    }

    private void send(int bookie, long number, byte[] entry, Adding one) {
      if (!calm && simulation.chance(0.02)) {
        return;
      }
      // The network delivers what a dead process has sent.
      simulation.schedule("network", simulation.delay(), () -> arrive(bookie, number, entry, one));
    }

    private void arrive(int bookie, long number, byte[] entry, Adding one) {
      if (away[bookie] || ledgers.get(id) != copies) {
        return;
      }
      if (copies.fenced[bookie]) {
        simulation.schedule(process, simulation.delay(), () -> fail(new Fenced("ledger " + id)));
        return;
      }
      copies.entries.get(bookie).put(number, entry);
      if (calm || !simulation.chance(0.02)) {
        simulation.schedule(process, simulation.delay(), () -> acked(bookie, one));
      }
    }

    private void acked(int bookie, Adding one) {
      one.acked[bookie] = true;
      while (broken == null && !adding.isEmpty()) {
        long number = adding.firstKey();
        int acks = 0;
        for (boolean ack : adding.get(number).acked) {
          acks += ack ? 1 : 0;
        }
        if (acks < ACKS) {
          return;
        }
        copies.lastConfirmed = number;
        adding.remove(number).future.complete(number);
      }
    }

    private void timeOut(long number) {
      if (adding.containsKey(number)) {
        fail(new RetryLater("ledger " + id + ": entry " + number + " timed out"));
      }
    }

    private void fail(RuntimeException reason) {
      if (broken == null) {
        broken = reason;
        List<Adding> failed = List.copyOf(adding.values());
        adding.clear();
        failed.forEach(one -> one.future.completeExceptionally(reason));
      }
    }

    @Override
    public boolean isDegraded() {
      return false;
    }

    /// As BookKeeper's: closes behind the last confirmed entry unless somebody else has closed it.
    @Override
    public void close() {
      fail(new Fenced("ledger " + id + " closed"));
      if (!copies.closed && !inRecovery() && !simulation.isDead(process)) {
        copies.closed = true;
        copies.lastEntry = copies.lastConfirmed;
      }
    }

    private boolean inRecovery() {
      return copies.fenced[0] || copies.fenced[1] || copies.fenced[2];
    }
  }
}
