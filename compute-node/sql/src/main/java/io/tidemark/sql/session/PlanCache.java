package io.tidemark.sql.session;

import io.tidemark.sql.ast.DataStatement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Plans of statements by their text, shared by the sessions of a server. Thread-safe.
///
/// The text is that of [io.tidemark.sql.parse.Normalizer]: literals replaced by parameters. A
/// statement whose meaning depends on the literals themselves is known as such and parsed each
/// time.
public final class PlanCache {
  private static final int SHARDS = 16;

  private final Shard[] shards = new Shard[SHARDS];

  /// `capacity` is how many statements are kept.
  public PlanCache(int capacity) {
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard(Math.max(1, capacity / SHARDS));
    }
  }

  /// What a text means, and all that its meaning depends on.
  record Key(
      String text, int sqlModeBits, String database, String collation, ReadLocking readLocking) {}

  /// A statement with parameters in place of literals, and its last plan; no statement if the text
  /// must be parsed each time.
  record Entry(Optional<DataStatement> statement, Optional<PlannedStatement> plan) {}

  Optional<Entry> find(Key key) {
    return shard(key).find(key);
  }

  void put(Key key, Entry entry) {
    shard(key).put(key, entry);
  }

  private Shard shard(Key key) {
    int hash = key.hashCode();
    return shards[(hash ^ hash >>> 16) & (SHARDS - 1)];
  }

  private static final class Shard {
    private final Map<Key, Entry> entries;
    private final int capacity;

    Shard(int capacity) {
      this.entries = new LinkedHashMap<>(64, 0.75f, true);
      this.capacity = capacity;
    }

    synchronized Optional<Entry> find(Key key) {
      return Optional.ofNullable(entries.get(key));
    }

    synchronized void put(Key key, Entry entry) {
      entries.put(key, entry);
      if (entries.size() > capacity) {
        Key eldest = entries.keySet().iterator().next();
        entries.remove(eldest);
      }
    }
  }
}
