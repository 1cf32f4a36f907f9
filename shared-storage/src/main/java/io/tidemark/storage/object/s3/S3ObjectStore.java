package io.tidemark.storage.object.s3;

import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.ObjectKey;
import io.tidemark.storage.object.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects in a bucket of S3 or of a store compatible with it: key `a/b` is the object
/// `<prefix>/a/b`.
///
/// `putIfAbsent` is a put with `If-None-Match: *`, which the store must honour also under a race;
/// [#open] tries it and refuses a store that does not. Every such call writes a random token into
/// the metadata of its object: when the store says "exists" after an attempt whose answer was lost,
/// the token tells whether the object is our own.
///
/// A put sends the CRC-32C of its bytes, which the store compares; it stands in the object's
/// metadata too, which `get` of the whole object compares. A range has no checksum: formats that
/// are read by ranges, and large uploads, carry their own.
///
/// An attempt that was given up may still reach the store later, so the older content may come back
/// if a key is put twice within that time. An upload that a dead process left is never seen but
/// takes space: give the bucket a lifecycle rule that aborts incomplete multipart uploads.
///
/// Safe for use by any number of threads. A thread that is interrupted during a call gets
/// [RetryLater]; the call then may or may not have had its effect. [#close] ends calls under way in
/// the same manner.
public final class S3ObjectStore implements ObjectStore {
  /// No character of keys: names with it are this class's own.
  private static final String PRIVATE = "~";

  private final S3Bucket bucket;
  private final S3Requests requests;
  private final String prefix;
  private final int partBytes;

  private S3ObjectStore(S3Bucket bucket, S3ObjectStoreConfig config) {
    this.bucket = bucket;
    this.requests = new S3Requests(config.bucket(), config.limits());
    this.prefix = config.prefix().isEmpty() ? "" : config.prefix() + "/";
    this.partBytes = config.limits().partBytes();
  }

  /// Opens the store and tries what everything rests on: that the bucket can be listed and written,
  /// and that a conditional put is conditional.
  ///
  /// @throws RetryLater if not, with a sentence that says what is wrong
  public static S3ObjectStore open(S3ObjectStoreConfig config) {
    S3ObjectStore store = new S3ObjectStore(S3Bucket.of(config), config);
    try {
      store.tryAll("open of object store " + config.bucket());
      return store;
    } catch (TidemarkException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public void put(String key, byte[] content) {
    String name = name(key);
    requests.run(
        "put of object " + key,
        attempt -> {
          bucket.put(name, content, content.length, attempt);
          return true;
        });
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    return putIfAbsent("put of object " + key, name(key), content);
  }

  @Override
  public Optional<byte[]> get(String key) {
    String name = name(key);
    return requests.run("get of object " + key, attempt -> bucket.get(name, attempt));
  }

  @Override
  public Optional<byte[]> get(String key, long offset, int length) {
    String name = name(key);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("range of object " + key + ": " + offset + "+" + length);
    }
    // An empty range cannot be asked for.
    return requests.run(
        "get of object " + key,
        attempt ->
            length == 0
                ? bucket.metadata(name, attempt).map(_ -> new byte[0])
                : bucket.get(name, offset, length, attempt));
  }

  @Override
  public List<ObjectSummary> list(String prefix) {
    ObjectKey.checkPrefix(prefix);
    List<ObjectSummary> found = new ArrayList<>();
    String token = null;
    do {
      ListObjectsV2Response page = page("list of objects " + prefix, this.prefix + prefix, token);
      for (S3Object object : page.contents()) {
        String key = object.key().substring(this.prefix.length());
        // A console's "folders" are objects with a slash at the end.
        if (!key.contains(PRIVATE) && !key.isEmpty() && !key.endsWith("/")) {
          found.add(new ObjectSummary(key, object.size()));
        }
      }
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
    // S3 lists in this order, some compatible stores in that of directories.
    found.sort(Comparator.comparing(ObjectSummary::key));
    return found;
  }

  @Override
  public void delete(String key) {
    delete("delete of object " + key, name(key));
  }

  @Override
  public ObjectUpload startUpload(String key) {
    return new S3Upload(bucket, requests, key, name(key), partBytes);
  }

  @Override
  public void close() {
    requests.close();
    bucket.close();
  }

  private String name(String key) {
    return prefix + ObjectKey.check(key);
  }

  private void tryAll(String what) {
    page(what, prefix, null);
    String probe = prefix + PRIVATE + "probe/" + UUID.randomUUID();
    boolean first = putIfAbsent(what, probe, new byte[] {1});
    boolean second = putIfAbsent(what, probe, new byte[] {2});
    delete(what, probe);
    if (!first || second) {
      throw new RetryLater(
          what + ": the store ignores If-None-Match, so two writers could both win; use another");
    }
  }

  private boolean putIfAbsent(String what, String name, byte[] content) {
    String token = UUID.randomUUID().toString();
    return requests.run(
        what,
        attempt -> {
          if (bucket.putIfAbsent(name, content, token, attempt)) {
            return true;
          }
          if (!attempt.repeated()) {
            return false;
          }
          Map<String, String> metadata =
              bucket
                  .metadata(name, attempt)
                  .orElseThrow(() ->
                      new RetryLater(
                          what + ": an answer was lost, and the object was deleted since"));
          return token.equals(metadata.get(S3Bucket.TOKEN));
        });
  }

  private ListObjectsV2Response page(String what, String prefix, @Nullable String token) {
    return requests.run(what, attempt -> bucket.list(prefix, token, attempt));
  }

  private void delete(String what, String name) {
    requests.run(
        what,
        attempt -> {
          bucket.delete(name, attempt);
          return true;
        });
  }
}
