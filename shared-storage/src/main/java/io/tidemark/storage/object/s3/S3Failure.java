package io.tidemark.storage.object.s3;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What the failure of one attempt means for the next. Immutable.
///
/// @param reaction what to do
/// @param text what happened, in one sentence without a stop
record S3Failure(Reaction reaction, String text) {
  /// What a failure asks for.
  enum Reaction {
    /// Passing: try again after a short pause.
    RETRY,
    /// The store has too much to do: try again after a long pause.
    SLOW_DOWN,
    /// The store is full.
    FULL,
    /// The same request would fail the same way.
    GIVE_UP
  }

  private static final Set<String> FULL_CODES =
      Set.of("QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded");

  /// Client errors by their number that say "again": a slow or damaged request, a clock that the
  /// SDK corrects with the answer.
  private static final Set<String> PASSING_CODES =
      Set.of(
          "RequestTimeout",
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch",
          "IncompleteBody",
          "RequestTimeTooSkewed");

  static S3Failure of(SdkException failure, String bucket) {
    return failure instanceof S3Exception answer ? of(answer, bucket) : ofClient(failure);
  }

  private static S3Failure of(S3Exception answer, String bucket) {
    int status = answer.statusCode();
    String code = codeOf(answer);
    if (FULL_CODES.contains(code) || status == 507) {
      return new S3Failure(Reaction.FULL, "the store is full (" + status + " " + code + ")");
    }
    if (status == 503 || status == 429 || answer.isThrottlingException()) {
      return new S3Failure(
          Reaction.SLOW_DOWN, "the store asks to slow down (" + status + " " + code + ")");
    }
    // 409 is a race with another writer of the same object.
    boolean passing =
        status >= 500 || status == 408 || status == 409 || PASSING_CODES.contains(code);
    return passing
        ? new S3Failure(Reaction.RETRY, "the store answered " + status + " " + code)
        : new S3Failure(Reaction.GIVE_UP, sentence(answer, code, bucket));
  }

  /// Connections, time-outs and answers that nobody can read pass; what has no answer because of
  /// our own side, as absent credentials, the SDK does not call retryable.
  private static S3Failure ofClient(SdkException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getClass().getSimpleName() + ": " + root.getMessage();
    if (String.valueOf(failure.getMessage()).contains("Unable to load credentials")) {
      return new S3Failure(
          Reaction.GIVE_UP,
          "no credentials found in the environment, the system properties, the profile files or"
              + " the metadata services");
    }
    return new S3Failure(Reaction.RETRY, text);
  }

  private static String sentence(S3Exception answer, String code, String bucket) {
    String what =
        switch (code) {
          case "NoSuchBucket" -> "bucket " + bucket + " does not exist";
          case "InvalidAccessKeyId" -> "the store does not know the access key id";
          case "SignatureDoesNotMatch" -> "the secret access key does not fit the access key id";
          case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
              "the credentials have expired or are invalid";
          case "AccessDenied" -> "the credentials may not use bucket " + bucket;
          case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed" ->
              "bucket " + bucket + " is in another region than the one configured";
          default -> message(answer);
        };
    return what + " (" + answer.statusCode() + " " + code + ")";
  }

  static String codeOf(S3Exception answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static String message(S3Exception answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details == null || details.errorMessage() == null
        ? "the store refused the request"
        : details.errorMessage();
  }
}
