package io.tidemark.storage.object.s3;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.s3.S3Failure.Reaction;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Limits;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/// Runs a request until it has an answer, it is hopeless, or its deadline has come.
///
/// The pause before attempt n+1 is random between nothing and an upper bound that doubles with n
/// ("full jitter", so that many clients that failed together do not return together); when the
/// store asks to slow down the bound starts higher. The SDK's own retries are off: one policy, and
/// the request knows whether an earlier attempt may have taken effect.
///
/// Safe for use by any number of threads.
final class S3Requests {
  /// The first pause for a store that has too much to do is this many ordinary ones.
  private static final int SLOW_DOWN_FACTOR = 8;

  /// Damaged bodies in a row after which the object itself counts as damaged, not the way to us.
  private static final int DAMAGED_ATTEMPTS = 3;

  private final String bucket;
  private final Limits limits;
  private final CountDownLatch closed = new CountDownLatch(1);

  S3Requests(String bucket, Limits limits) {
    this.bucket = bucket;
    this.limits = limits;
  }

  /// One attempt of a request.
  ///
  /// @param repeated an earlier attempt may have taken effect
  /// @param timeout how long this attempt may take
  record Attempt(boolean repeated, Duration timeout) {
    void limit(AwsRequestOverrideConfiguration.Builder request) {
      request.apiCallAttemptTimeout(timeout);
    }
  }

  /// A request as a function of its attempt.
  interface Request<T> {
    T send(Attempt attempt);
  }

  /// An answer's body is not what was stored. Reading it again may help.
  static final class DamagedBody extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedBody(String message) {
      super(message);
    }
  }

  /// `what` names kind and object, as `get of object a/b`.
  ///
  /// @throws RetryLater if the deadline passed, the store refused, this is closed or the thread is
  ///   interrupted
  /// @throws Exhausted if the store is full
  /// @throws Corrupt if the object was damaged each time
  <T> T run(String what, Request<T> request) {
    long deadline = System.nanoTime() + limits.callTimeout().toNanos();
    int damaged = 0;
    boolean repeated = false;
    for (int attempt = 1; ; attempt++) {
      checkOpen(what, null);
      S3Failure failure;
      RuntimeException cause;
      try {
        long left = Math.max(1_000_000, deadline - System.nanoTime());
        long timeout = Math.min(left, limits.attemptTimeout().toNanos());
        return request.send(new Attempt(repeated, Duration.ofNanos(timeout)));
      } catch (DamagedBody e) {
        if (++damaged == DAMAGED_ATTEMPTS) {
          throw new Corrupt(what + ": " + e.getMessage(), e);
        }
        failure = new S3Failure(Reaction.RETRY, String.valueOf(e.getMessage()));
        cause = e;
      } catch (AbortedException e) {
        throw interrupted(what, e);
      } catch (SdkException e) {
        failure = S3Failure.of(e, bucket);
        cause = e;
      } catch (IllegalStateException e) {
        // The connection pool says so when it is closed under a request.
        checkOpen(what, e);
        throw e;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(what, cause);
      }
      repeated = true;
      pause(what, attempt, deadline, failure, cause);
    }
  }

  /// Ends the pauses of all requests; attempts under way end with the client.
  void close() {
    closed.countDown();
  }

  private void pause(
      String what, int attempt, long deadline, S3Failure failure, RuntimeException cause) {
    switch (failure.reaction()) {
      case GIVE_UP -> throw new RetryLater(what + ": " + failure.text(), cause);
      case FULL -> throw new Exhausted(what + ": " + failure.text(), cause);
      case RETRY, SLOW_DOWN -> {
        long first = limits.firstPause().toNanos();
        long base = failure.reaction() == Reaction.SLOW_DOWN ? first * SLOW_DOWN_FACTOR : first;
        long bound = Math.min(base << Math.min(attempt - 1, 20), limits.maxPause().toNanos());
        long nanos = ThreadLocalRandom.current().nextLong(bound + 1);
        // An attempt that is hardly given time would only hide what went wrong before.
        long lastStart = deadline - limits.attemptTimeout().toNanos() / 4;
        if (System.nanoTime() + nanos - lastStart >= 0) {
          throw late(what, attempt, failure, cause);
        }
        try {
          if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
            checkOpen(what, cause);
          }
        } catch (InterruptedException e) {
          throw interrupted(what, e);
        }
      }
    }
  }

  private TidemarkException late(
      String what, int attempts, S3Failure failure, RuntimeException cause) {
    return new RetryLater(
        "%s: %d attempts within %s failed; the last: %s"
            .formatted(what, attempts, limits.callTimeout(), failure.text()),
        cause);
  }

  private void checkOpen(String what, @Nullable RuntimeException cause) {
    if (closed.getCount() == 0) {
      throw cause == null
          ? new RetryLater(what + ": the object store is closed")
          : new RetryLater(what + ": the object store is closed", cause);
    }
  }

  private static RetryLater interrupted(String what, Exception cause) {
    Thread.currentThread().interrupt();
    return new RetryLater(what + ": interrupted; it may or may not have had its effect", cause);
  }
}
