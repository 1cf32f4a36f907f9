package io.tidemark.log.bookkeeper;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/// Time and chance of a simulated cluster, in one thread. A call of one process may find others
/// acting in its middle: [#interleave]. Everything follows from the seed.
final class Simulation {
  private static final int MAX_DEPTH = 4;

  final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Set<String> dead = new HashSet<>();
  private long now;
  private long numbers;
  private int depth;

  private record Event(long at, long number, String process, Runnable action) {}

  Simulation(long seed) {
    this.random = new Random(seed);
  }

  long now() {
    return now;
  }

  /// Happens after `delay`, unless the process is dead by then.
  void schedule(String process, long delay, Runnable action) {
    events.add(new Event(now + delay, numbers++, process, action));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  long delay() {
    return 1 + random.nextInt(chance(0.1) ? 5_000_000 : 500_000);
  }

  /// The process does nothing more.
  void kill(String process) {
    dead.add(process);
  }

  boolean isDead(String process) {
    return dead.contains(process);
  }

  /// Lets time pass in which nothing happens.
  void pass(Duration time) {
    now += time.toNanos();
  }

  boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    now = Math.max(now, event.at());
    if (!dead.contains(event.process())) {
      event.action().run();
    }
    return true;
  }

  void run(int maxSteps) {
    for (int i = 0; i < maxSteps && step(); i++) {
      continue;
    }
  }

  /// Lets a few events happen in the middle of a call.
  void interleave() {
    if (depth >= MAX_DEPTH) {
      return;
    }
    depth++;
    try {
      run(random.nextInt(5));
    } finally {
      depth--;
    }
  }

  /// Nothing else happens in the middle of `work`.
  void undisturbed(Runnable work) {
    int before = depth;
    depth = MAX_DEPTH;
    try {
      work.run();
    } finally {
      depth = before;
    }
  }

  /// The housekeeping thread of one process: its tasks never run in the middle of each other.
  final class ProcessScheduler implements Scheduler {
    private final String process;
    private boolean busy;

    ProcessScheduler(String process) {
      this.process = process;
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void execute(Runnable task) {
      executeAfter(1 + random.nextInt(100_000), task);
    }

    @Override
    public void executeAfter(long nanos, Runnable task) {
      schedule(process, nanos, () -> run(task));
    }

    private void run(Runnable task) {
      if (busy) {
        execute(task);
        return;
      }
      busy = true;
      try {
        task.run();
      } finally {
        busy = false;
      }
    }

    @Override
    public void close() {
      kill(process);
    }
  }
}
