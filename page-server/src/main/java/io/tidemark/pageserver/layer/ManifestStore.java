package io.tidemark.pageserver.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.layer.Manifest.Contents;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chain of manifests of one shard, and this process's place at its end.
///
/// Manifests are objects `manifest/<sequence>`, each made by put-if-absent: so every number has one
/// winner, and a generation that was overtaken fails at its next commit. Opening claims the shard:
/// it commits the newest state again under the next generation.
///
/// Two dangers and their answers. A put that succeeded but reported a failure is repeated and finds
/// its own object: the owner token says so. An overtaken writer could find a number free again that
/// was cleaned away: so after each put the newest number is looked up, and one above ours means
/// fenced.
///
/// Guarded by this.
public final class ManifestStore {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestStore.class);

  /// Older manifests that stay, for the eyes of operators.
  private static final int KEPT = 4;

  private final ObjectStore store;
  private final String prefix;
  private final ObjectRetry retry;
  private final UUID owner = UUID.randomUUID();
  private Manifest current;

  private ManifestStore(ObjectStore store, String prefix, ObjectRetry retry, Manifest current) {
    this.store = store;
    this.prefix = prefix;
    this.retry = retry;
    this.current = current;
  }

  /// Finds the newest manifest and claims the shard with the generation behind it.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if the object store is away for `timeoutNanos`
  public static ManifestStore open(
      ObjectStore store, String shardPrefix, ObjectRetry retry, long timeoutNanos) {
    String prefix = shardPrefix + "/manifest/";
    while (true) {
      Manifest newest =
          retry
              .untilDone("read of " + prefix, timeoutNanos, () -> findNewest(store, prefix))
              .orElseGet(
                  () -> new Manifest(0, 0, new UUID(0, 0), Lsn.ZERO, Lsn.ZERO, Contents.EMPTY));
      ManifestStore claimed = new ManifestStore(store, prefix, retry, newest);
      Manifest claim =
          new Manifest(
              newest.sequence() + 1,
              newest.generation() + 1,
              claimed.owner,
              newest.uploadedLsn(),
              newest.gcHorizon(),
              newest.contents());
      if (claimed.tryPut(claim, timeoutNanos)) {
        LOG.info("shard {} claimed: {}", shardPrefix, claim);
        return claimed;
      }
    }
  }

  /// The newest manifest of a shard, for tools and for opening.
  public static Optional<Manifest> findNewestOf(ObjectStore store, String shardPrefix) {
    return findNewest(store, shardPrefix + "/manifest/");
  }

  public synchronized Manifest current() {
    return current;
  }

  /// Replaces the manifest by `change` of it; sequence, generation and owner are set here. Goes on
  /// trying while the object store is away.
  ///
  /// @throws Fenced if another generation has the shard
  public synchronized Manifest commit(UnaryOperator<Manifest> change) {
    Manifest changed = change.apply(current);
    if (changed.uploadedLsn().isBefore(current.uploadedLsn())
        || changed.gcHorizon().isBefore(current.gcHorizon())) {
      throw new IllegalStateException("manifest goes back: " + current + " to " + changed);
    }
    Manifest next =
        new Manifest(
            current.sequence() + 1,
            current.generation(),
            owner,
            changed.uploadedLsn(),
            changed.gcHorizon(),
            changed.contents());
    if (!tryPut(next, ObjectRetry.FOREVER)) {
      throw new Fenced(
          "manifest " + prefix + ": generation " + next.generation() + " is overtaken");
    }
    return next;
  }

  private synchronized boolean tryPut(Manifest next, long timeoutNanos) {
    byte[] bytes = next.encode();
    String key = key(next.sequence());
    boolean mine =
        retry.untilDone(
            "put of " + key,
            timeoutNanos,
            () -> store.putIfAbsent(key, bytes) || isOwn(key, next.sequence()));
    if (!mine) {
      return false;
    }
    List<ObjectSummary> all =
        retry.untilDone("list of " + prefix, timeoutNanos, () -> store.list(prefix));
    if (all.isEmpty() || sequenceOf(all.getLast().key()) != next.sequence()) {
      return false;
    }
    current = next;
    deleteOld(all, next.sequence() - KEPT);
    return true;
  }

  /// What cannot be deleted now is deleted by a later commit.
  private void deleteOld(List<ObjectSummary> all, long last) {
    try {
      for (ObjectSummary object : all) {
        if (sequenceOf(object.key()) <= last) {
          store.delete(object.key());
        }
      }
    } catch (RetryLater | Exhausted e) {
      LOG.debug("old manifests in {} stay for now: {}", prefix, e.getMessage());
    }
  }

  private boolean isOwn(String key, long sequence) {
    return store
        .get(key)
        .map(bytes -> decode(bytes, key, sequence).owner().equals(owner))
        .orElse(false);
  }

  private static Optional<Manifest> findNewest(ObjectStore store, String prefix) {
    while (true) {
      List<ObjectSummary> all = store.list(prefix);
      if (all.isEmpty()) {
        return Optional.empty();
      }
      String key = all.getLast().key();
      long sequence = Long.parseLong(key.substring(prefix.length()), 16);
      Optional<byte[]> bytes = store.get(key);
      if (bytes.isPresent()) {
        return Optional.of(decode(bytes.get(), key, sequence));
      }
    }
  }

  private static Manifest decode(byte[] bytes, String key, long sequence) {
    Manifest manifest = Manifest.decode(bytes, "manifest " + key);
    if (manifest.sequence() != sequence) {
      throw new Corrupt(
          "manifest " + key + ": sequence expected " + sequence + ", found " + manifest.sequence());
    }
    return manifest;
  }

  private String key(long sequence) {
    return prefix + "%016x".formatted(sequence);
  }

  private long sequenceOf(String key) {
    return Long.parseLong(key.substring(prefix.length()), 16);
  }
}
