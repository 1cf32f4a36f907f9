package io.tidemark.storage.object.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Configuration of an object store on S3.
///
/// @param endpoint where the store answers; empty for Amazon's own address of the region
/// @param pathStyle the bucket stands in the path of a request, not in the host's name
/// @param region region for which requests are signed
/// @param bucket bucket that holds the objects; it must exist
/// @param prefix what stands before every key, without a `/` at its end; may be empty
/// @param credentials who we are
/// @param limits deadlines, pauses and sizes
public record S3ObjectStoreConfig(
    Optional<URI> endpoint,
    boolean pathStyle,
    String region,
    String bucket,
    String prefix,
    Credentials credentials,
    Limits limits) {
  public S3ObjectStoreConfig {
    endpoint.ifPresent(uri ->
        check(
            ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getHost() != null,
            "endpoint http://host or https://host",
            uri));
    check(region.matches("[a-z0-9-]{1,64}"), "region of letters, digits and '-'", region);
    check(bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "bucket name of S3", bucket);
    check(
        prefix.isEmpty() || prefix.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*"),
        "prefix of segments [A-Za-z0-9._-] separated by '/'",
        prefix);
    check(prefix.length() <= 256, "prefix of at most 256 bytes", prefix.length());
  }

  /// Amazon S3 in `region`, with the credentials that the environment gives.
  public static S3ObjectStoreConfig of(String region, String bucket) {
    return new S3ObjectStoreConfig(
        Optional.empty(), false, region, bucket, "", new Credentials.Chain(), Limits.DEFAULT);
  }

  /// A compatible store at `uri`, addressed in path style, which all of them understand.
  public S3ObjectStoreConfig withEndpoint(URI uri) {
    return new S3ObjectStoreConfig(
        Optional.of(uri), true, region, bucket, prefix, credentials, limits);
  }

  public S3ObjectStoreConfig withPrefix(String value) {
    return new S3ObjectStoreConfig(endpoint, pathStyle, region, bucket, value, credentials, limits);
  }

  public S3ObjectStoreConfig withCredentials(Credentials value) {
    return new S3ObjectStoreConfig(endpoint, pathStyle, region, bucket, prefix, value, limits);
  }

  public S3ObjectStoreConfig withLimits(Limits value) {
    return new S3ObjectStoreConfig(endpoint, pathStyle, region, bucket, prefix, credentials, value);
  }

  /// Who signs the requests.
  public sealed interface Credentials {
    /// What the SDK finds in environment variables, system properties, the profile files, or from
    /// the container's or machine's metadata service, in this order.
    record Chain() implements Credentials {}

    /// A fixed pair of keys.
    record Keys(String accessKeyId, String secretAccessKey) implements Credentials {
      public Keys {
        check(!accessKeyId.isBlank(), "access key id", "nothing");
        check(!secretAccessKey.isBlank(), "secret access key", "nothing");
      }

      /// Without the secret.
      @Override
      public String toString() {
        return "Keys[" + accessKeyId + "]";
      }
    }
  }

  /// Deadlines, pauses and sizes.
  ///
  /// @param connectTimeout for a connection to be made
  /// @param attemptTimeout for one attempt of a request, its body included
  /// @param callTimeout for a request with all its attempts and the pauses between them
  /// @param firstPause upper bound of the random pause after the first failure; it doubles
  /// @param maxPause upper bound of every pause
  /// @param partBytes size of the parts of a large object, and the memory that its upload takes
  /// @param maxConnections requests at a time; more callers wait, which counts as their attempt
  public record Limits(
      Duration connectTimeout,
      Duration attemptTimeout,
      Duration callTimeout,
      Duration firstPause,
      Duration maxPause,
      int partBytes,
      int maxConnections) {
    /// What S3 asks of every part but the last.
    public static final int MIN_PART_BYTES = 5 << 20;

    /// A larger part would hold more of the heap than an upload is worth.
    public static final int MAX_PART_BYTES = 256 << 20;

    /// 2 s to connect, 10 s for an attempt, 30 s for a call; pauses from 50 ms up to 5 s; parts of
    /// 8 MiB; 64 connections.
    public static final Limits DEFAULT =
        new Limits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            8 << 20,
            64);

    public Limits {
      check(isPositive(connectTimeout), "connectTimeout above 0", connectTimeout);
      check(isPositive(attemptTimeout), "attemptTimeout above 0", attemptTimeout);
      check(
          callTimeout.compareTo(attemptTimeout) >= 0,
          "callTimeout not below attemptTimeout " + attemptTimeout,
          callTimeout);
      check(isPositive(firstPause), "firstPause above 0", firstPause);
      check(
          maxPause.compareTo(firstPause) >= 0,
          "maxPause not below firstPause " + firstPause,
          maxPause);
      check(
          partBytes >= MIN_PART_BYTES && partBytes <= MAX_PART_BYTES,
          "partBytes " + MIN_PART_BYTES + " to " + MAX_PART_BYTES,
          partBytes);
      check(
          maxConnections > 0 && maxConnections <= 10_000,
          "maxConnections 1 to 10000",
          maxConnections);
    }

    public Limits withTimeouts(Duration attempt, Duration call) {
      return new Limits(
          connectTimeout, attempt, call, firstPause, maxPause, partBytes, maxConnections);
    }

    public Limits withPauses(Duration first, Duration max) {
      return new Limits(
          connectTimeout, attemptTimeout, callTimeout, first, max, partBytes, maxConnections);
    }

    public Limits withPartBytes(int bytes) {
      return new Limits(
          connectTimeout, attemptTimeout, callTimeout, firstPause, maxPause, bytes, maxConnections);
    }

    private static boolean isPositive(Duration duration) {
      return duration.isPositive();
    }
  }

  private static void check(boolean valid, String expected, Object found) {
    if (!valid) {
      throw new IllegalArgumentException(
          "S3 object store: " + expected + " expected, found " + found);
    }
  }
}
