package io.tidemark.sql.session;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counters for SHOW STATUS, of the server or of one session. Thread-safe.
public final class StatusCounters {
  private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();

  /// Adds one to a counter by its name in SHOW STATUS: `Questions`, `Com_select`, ..
  public void count(String name) {
    counter(name).increment();
  }

  public void add(String name, long amount) {
    counter(name).add(amount);
  }

  /// The counter of a name, to be kept by who counts often.
  public LongAdder counter(String name) {
    LongAdder counter = counters.get(name);
    return counter != null ? counter : counters.computeIfAbsent(name, n -> new LongAdder());
  }

  public long get(String name) {
    LongAdder counter = counters.get(name);
    return counter == null ? 0 : counter.sum();
  }

  /// Every counter that was ever used, by name.
  public Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    counters.forEach((name, counter) -> all.put(name, counter.sum()));
    return all;
  }
}
