package io.tidemark.storage.object.s3;

import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Credentials;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Limits;
import io.tidemark.storage.object.s3.S3Requests.Attempt;
import io.tidemark.storage.object.s3.S3Requests.DamagedBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Single attempts of the operations of S3 on one bucket, by full object name. Nothing is repeated
/// here, see [S3Requests]. Safe for use by any number of threads.
final class S3Bucket implements AutoCloseable {
  /// Metadata: which call wrote the object.
  static final String TOKEN = "tidemark-token";

  /// Metadata: the checksum of all bytes, see [#checksum].
  static final String CRC = "tidemark-crc32c";

  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final S3Client client;
  private final String bucket;

  private S3Bucket(S3Client client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /// Makes the client; nothing is sent yet.
  static S3Bucket of(S3ObjectStoreConfig config) {
    Limits limits = config.limits();
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(config.region()))
            .credentialsProvider(provider(config.credentials()))
            .forcePathStyle(config.pathStyle())
            // We send and compare checksums ourselves, in headers and metadata that every store
            // has.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .chunkedEncodingEnabled(false)
                    .expectContinueEnabled(false)
                    .build())
            .overrideConfiguration(
                override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(limits.maxConnections())
                    .connectionTimeout(limits.connectTimeout())
                    .connectionAcquisitionTimeout(limits.attemptTimeout())
                    .socketTimeout(limits.attemptTimeout())
                    .expectContinueEnabled(false));
    config.endpoint().ifPresent(builder::endpointOverride);
    return new S3Bucket(builder.build(), config.bucket());
  }

  private static AwsCredentialsProvider provider(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Chain() -> DefaultCredentialsProvider.builder().build();
      case Credentials.Keys(String id, String secret) ->
          StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
    };
  }

  /// The CRC-32C of `bytes` as S3 writes it: four bytes, most significant first, in base 64.
  static String checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /// Stores the first `length` bytes of `content`, replacing an object of that name.
  void put(String name, byte[] content, int length, Attempt attempt) {
    String crc = checksum(content, 0, length);
    client.putObject(
        request ->
            request
                .bucket(bucket)
                .key(name)
                .metadata(Map.of(CRC, crc))
                .checksumCRC32C(crc)
                .overrideConfiguration(attempt::limit),
        body(content, length));
  }

  /// Stores an object that carries `token`; false if the name exists.
  boolean putIfAbsent(String name, byte[] content, String token, Attempt attempt) {
    String crc = checksum(content, 0, content.length);
    try {
      client.putObject(
          request ->
              request
                  .bucket(bucket)
                  .key(name)
                  .metadata(Map.of(CRC, crc, TOKEN, token))
                  .checksumCRC32C(crc)
                  .ifNoneMatch("*")
                  .overrideConfiguration(attempt::limit),
          body(content, content.length));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return false;
      }
      throw e;
    }
  }

  /// The whole object.
  Optional<byte[]> get(String name, Attempt attempt) {
    Optional<ResponseBytes<GetObjectResponse>> answer = read(name, null, attempt);
    return answer.map(body -> {
      byte[] bytes = body.asByteArrayUnsafe();
      checkLength(body, bytes.length);
      String stored = body.response().metadata().get(CRC);
      String found = checksum(bytes, 0, bytes.length);
      if (stored != null && !stored.equals(found)) {
        throw new DamagedBody("CRC-32C expected " + stored + ", found " + found);
      }
      return bytes;
    });
  }

  /// The bytes of an object from `offset`, at most `length` of them, which is above 0.
  Optional<byte[]> get(String name, long offset, int length, Attempt attempt) {
    long last = offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length - 1;
    String range = "bytes=" + offset + "-" + last;
    try {
      return read(name, range, attempt)
          .map(body -> {
            byte[] bytes = body.asByteArrayUnsafe();
            checkLength(body, bytes.length);
            String found = String.valueOf(body.response().contentRange());
            if (!found.startsWith("bytes " + offset + "-") || bytes.length > length) {
              throw new DamagedBody(
                  "range expected %s, found %d bytes of %s".formatted(range, bytes.length, found));
            }
            return bytes;
          });
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return Optional.of(new byte[0]);
      }
      throw e;
    }
  }

  private Optional<ResponseBytes<GetObjectResponse>> read(
      String name, @Nullable String range, Attempt attempt) {
    try {
      return Optional.of(
          client.getObject(
              request ->
                  request
                      .bucket(bucket)
                      .key(name)
                      .range(range)
                      .overrideConfiguration(attempt::limit),
              S3Bucket::readBody));
    } catch (S3Exception e) {
      return absent(e);
    }
  }

  /// Closing a body would read the rest of it first, as long as that may take: a connection whose
  /// body cannot be read is given up.
  private static ResponseBytes<GetObjectResponse> readBody(
      GetObjectResponse response, AbortableInputStream body) throws IOException {
    try {
      return ResponseBytes.fromByteArrayUnsafe(response, body.readAllBytes());
    } catch (IOException e) {
      body.abort();
      throw e;
    }
  }

  private static void checkLength(ResponseBytes<GetObjectResponse> body, int found) {
    Long expected = body.response().contentLength();
    if (expected != null && expected != found) {
      throw new DamagedBody("length expected " + expected + ", found " + found);
    }
  }

  /// The metadata of an object.
  Optional<Map<String, String>> metadata(String name, Attempt attempt) {
    try {
      return Optional.of(
          client
              .headObject(
                  request -> request.bucket(bucket).key(name).overrideConfiguration(attempt::limit))
              .metadata());
    } catch (S3Exception e) {
      return absent(e);
    }
  }

  /// Nothing, if that is what the failure says. The answer to HEAD has no body and so no code.
  private static <T> Optional<T> absent(S3Exception e) {
    String code = S3Failure.codeOf(e);
    if (e.statusCode() == NOT_FOUND && !code.equals("NoSuchBucket")) {
      return Optional.empty();
    }
    throw e;
  }

  /// One page of the names that start with `prefix`, the first or the one that `token` names.
  ListObjectsV2Response list(String prefix, @Nullable String token, Attempt attempt) {
    return client.listObjectsV2(request ->
        request
            .bucket(bucket)
            .prefix(prefix)
            .continuationToken(token)
            .overrideConfiguration(attempt::limit));
  }

  void delete(String name, Attempt attempt) {
    client.deleteObject(
        request -> request.bucket(bucket).key(name).overrideConfiguration(attempt::limit));
  }

  /// Begins an object of several parts; returns the upload's id.
  String createUpload(String name, String token, Attempt attempt) {
    return client
        .createMultipartUpload(request ->
            request
                .bucket(bucket)
                .key(name)
                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                .metadata(Map.of(TOKEN, token))
                .overrideConfiguration(attempt::limit))
        .uploadId();
  }

  /// An upload and the part of it that is sent.
  record Part(String name, String uploadId, int number) {}

  CompletedPart uploadPart(Part part, byte[] content, int length, Attempt attempt) {
    String crc = checksum(content, 0, length);
    String etag =
        client
            .uploadPart(
                request ->
                    request
                        .bucket(bucket)
                        .key(part.name())
                        .uploadId(part.uploadId())
                        .partNumber(part.number())
                        .checksumCRC32C(crc)
                        .overrideConfiguration(attempt::limit),
                body(content, length))
            .eTag();
    return CompletedPart.builder().partNumber(part.number()).eTag(etag).checksumCRC32C(crc).build();
  }

  /// Makes the parts an object; false if there is no such upload.
  boolean completeUpload(String name, String uploadId, List<CompletedPart> parts, Attempt attempt) {
    try {
      client.completeMultipartUpload(request ->
          request
              .bucket(bucket)
              .key(name)
              .uploadId(uploadId)
              .multipartUpload(upload -> upload.parts(parts))
              .overrideConfiguration(attempt::limit));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND && S3Failure.codeOf(e).equals("NoSuchUpload")) {
        return false;
      }
      throw e;
    }
  }

  void abortUpload(String name, String uploadId, Attempt attempt) {
    try {
      client.abortMultipartUpload(request ->
          request
              .bucket(bucket)
              .key(name)
              .uploadId(uploadId)
              .overrideConfiguration(attempt::limit));
    } catch (S3Exception e) {
      // An earlier attempt aborted it.
      absent(e);
    }
  }

  private static RequestBody body(byte[] content, int length) {
    return RequestBody.fromRemainingByteBuffer(ByteBuffer.wrap(content, 0, length));
  }

  @Override
  public void close() {
    client.close();
  }
}
