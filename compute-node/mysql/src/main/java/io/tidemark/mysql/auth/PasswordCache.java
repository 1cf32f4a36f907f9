package io.tidemark.mysql.auth;

import io.tidemark.sql.session.SqlServer.Account;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Digests of passwords that clients have shown, so that further logins need neither the password
/// nor 5,000 rounds. An entry holds only while the account's authentication string is the same.
/// Forgets the account that has not been used for longest beyond a bound. Thread-safe.
public final class PasswordCache {
  private static final int MAX_ENTRIES = 10_000;

  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private record Key(String user, String host) {}

  private record Entry(String stored, Digest digest) {}

  /// Bytes with identity only.
  private static final class Digest {
    private final byte[] bytes;

    private Digest(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  synchronized Optional<byte[]> find(Account account) {
    Entry entry = entries.get(new Key(account.user(), account.host()));
    return entry == null || !entry.stored.equals(account.authentication())
        ? Optional.empty()
        : Optional.of(entry.digest.bytes);
  }

  synchronized void put(Account account, byte[] digestTwice) {
    entries.put(
        new Key(account.user(), account.host()),
        new Entry(account.authentication(), new Digest(digestTwice)));
    if (entries.size() > MAX_ENTRIES) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  /// Forgets all passwords (FLUSH PRIVILEGES).
  public synchronized void clear() {
    entries.clear();
  }
}
