package io.tidemark.storage.object.s3;

import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// A large object in the making: a buffer of one part, sent when it is full. What fits into one
/// part is put in one request. Confined to one thread.
final class S3Upload implements ObjectUpload {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

  /// S3 takes no more parts than this.
  private static final int MAX_PARTS = 10_000;

  private static final int FIRST_BUFFER_BYTES = 64 << 10;

  private final S3Bucket bucket;
  private final S3Requests requests;
  private final String name;
  private final String what;
  private final int partBytes;
  private final String token = UUID.randomUUID().toString();
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int filled;
  private @Nullable String uploadId;
  private boolean open = true;

  S3Upload(S3Bucket bucket, S3Requests requests, String key, String name, int partBytes) {
    this.bucket = bucket;
    this.requests = requests;
    this.name = name;
    this.what = "upload of object " + key;
    this.partBytes = partBytes;
  }

  @Override
  public void append(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    checkOpen();
    int done = 0;
    while (done < length) {
      if (filled == partBytes) {
        sendPart();
      }
      int step = Math.min(length - done, partBytes - filled);
      makeRoom(filled + step);
      System.arraycopy(bytes, offset + done, buffer, filled, step);
      filled += step;
      done += step;
    }
  }

  @Override
  public void complete() {
    checkOpen();
    if (uploadId == null) {
      requests.run(
          what,
          attempt -> {
            bucket.put(name, buffer, filled, attempt);
            return true;
          });
    } else {
      sendPart();
      completeParts(uploadId);
    }
    open = false;
  }

  /// The parts of an abandoned upload are removed as far as the store can be reached.
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    String id = uploadId;
    if (id == null) {
      return;
    }
    try {
      requests.run(
          what,
          attempt -> {
            bucket.abortUpload(name, id, attempt);
            return true;
          });
    } catch (RetryLater | Exhausted e) {
      LOG.info("parts of upload {} stay until the bucket's lifecycle rule: {}", id, e.getMessage());
    }
  }

  private void sendPart() {
    if (parts.size() == MAX_PARTS) {
      throw new IllegalArgumentException(
          what + ": larger than " + MAX_PARTS + " parts of " + partBytes + " bytes");
    }
    String id = uploadId;
    if (id == null) {
      id = requests.run(what, attempt -> bucket.createUpload(name, token, attempt));
      uploadId = id;
    }
    S3Bucket.Part part = new S3Bucket.Part(name, id, parts.size() + 1);
    parts.add(requests.run(what, attempt -> bucket.uploadPart(part, buffer, filled, attempt)));
    filled = 0;
  }

  /// The store forgets an upload that is complete. When it does not know ours, an attempt whose
  /// answer was lost completed it if the object carries our token.
  private void completeParts(String id) {
    boolean completed =
        requests.run(
            what,
            attempt ->
                bucket.completeUpload(name, id, parts, attempt)
                    || (attempt.repeated()
                        && bucket
                            .metadata(name, attempt)
                            .map(metadata -> token.equals(metadata.get(S3Bucket.TOKEN)))
                            .orElse(false)));
    if (!completed) {
      throw new RetryLater(what + ": the store does not know upload " + id + " any more");
    }
  }

  private void makeRoom(int bytes) {
    if (bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(partBytes, Math.max(bytes, 2 * buffer.length)));
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException(what + " is finished");
    }
  }
}
