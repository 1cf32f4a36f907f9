package io.tidemark.storage.object.s3;

import io.tidemark.storage.object.s3.FakeS3Fault.Operation;
import io.tidemark.storage.object.s3.FakeS3Fault.Plan;
import io.tidemark.storage.object.s3.FakeS3Http.Answer;
import io.tidemark.storage.object.s3.FakeS3Http.Body;
import io.tidemark.storage.object.s3.FakeS3Http.Request;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Credentials;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Limits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// An S3 in the memory of the test that needs one: one bucket on a loopback port, linearised, with
/// faults on demand. It refuses what the real one refuses: a wrong bucket or key id, a request that
/// is not signed, a body that is not what its checksums say, parts that are too small.
///
/// Other modules reach it by this module's test jar; other processes by its port. By hand: `java
/// -cp .. io.tidemark.storage.object.s3.FakeS3 PORT`.
///
/// Safe for use by any number of threads. One thread accepts, each connection has a virtual one.
public final class FakeS3 implements AutoCloseable {
  public static final String BUCKET = "tidemark";
  public static final String KEY_ID = "test";
  private static final String SECRET = "test-secret";
  private static final int PAGE_SIZE = 7;

  private final ServerSocket server;
  private final FakeS3Bucket bucket;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Map<Operation, AtomicLong> requests = new EnumMap<>(Operation.class);
  private volatile Plan plan = Plan.none();

  private FakeS3(ServerSocket server, FakeS3Bucket bucket) {
    this.server = server;
    this.bucket = bucket;
    for (Operation operation : Operation.values()) {
      requests.put(operation, new AtomicLong());
    }
  }

  /// Starts on `port`, 0 for a free one, with an empty bucket.
  public static FakeS3 start(int port) {
    return start(port, new FakeS3Bucket(PAGE_SIZE, false));
  }

  /// Starts one that takes every conditional put, as some old stores do.
  static FakeS3 startIgnoringConditions() {
    return start(0, new FakeS3Bucket(PAGE_SIZE, true));
  }

  private static FakeS3 start(int port, FakeS3Bucket bucket) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
      FakeS3 fake = new FakeS3(server, bucket);
      Thread.ofPlatform().daemon().name("fake-s3").start(fake::accept);
      return fake;
    } catch (IOException e) {
      throw new IllegalStateException("fake S3 on port " + port, e);
    }
  }

  /// Runs until it is killed.
  public static void main(String[] arguments) throws InterruptedException {
    try (FakeS3 fake = start(arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]))) {
      System.out.printf(
          "endpoint %s bucket %s access key id %s secret access key %s%n",
          fake.endpoint(), BUCKET, KEY_ID, SECRET);
      Thread.currentThread().join();
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /// How to open a store here; with short pauses, so that tests of failures are quick.
  public S3ObjectStoreConfig config() {
    return S3ObjectStoreConfig.of("us-east-1", BUCKET)
        .withEndpoint(endpoint())
        .withCredentials(new Credentials.Keys(KEY_ID, SECRET))
        .withLimits(
            Limits.DEFAULT
                .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20))
                .withPauses(Duration.ofMillis(5), Duration.ofMillis(100))
                .withPartBytes(Limits.MIN_PART_BYTES));
  }

  /// From now on requests suffer what `value` says.
  public void setPlan(Plan value) {
    plan = value;
  }

  /// Requests of a kind that came so far, those that suffered included.
  public long requests(Operation operation) {
    return requests.get(operation).get();
  }

  public int unfinishedUploads() {
    return bucket.unfinishedUploads();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("close of fake S3", e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new IllegalStateException("fake S3 cannot accept", e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream(), 64 << 10);
      OutputStream out = connection.getOutputStream();
      Optional<Request> request = FakeS3Http.read(in);
      while (request.isPresent() && answer(request.get(), connection, out)) {
        request = FakeS3Http.read(in);
      }
    } catch (IOException e) {
      // The client went away, which is its right.
      connections.remove(connection);
    } finally {
      connections.remove(connection);
    }
  }

  /// False if the connection has ended.
  private boolean answer(Request request, Socket connection, OutputStream out) throws IOException {
    Operation operation = request.operation();
    requests.get(operation).incrementAndGet();
    String name =
        operation == Operation.LIST_OBJECTS
            ? request.query().getOrDefault("prefix", "")
            : request.name();
    return switch (plan.next(operation, name).orElse(null)) {
      case null -> {
        send(out, take(request));
        yield true;
      }
      case FakeS3Fault.Refuse(int status, String code) -> {
        send(out, error(operation, status, code));
        yield true;
      }
      case FakeS3Fault.FailAfter() -> {
        take(request);
        send(out, error(operation, 500, "InternalError"));
        yield true;
      }
      case FakeS3Fault.ResetBefore() -> reset(connection);
      case FakeS3Fault.LoseAnswer() -> {
        take(request);
        yield reset(connection);
      }
      case FakeS3Fault.Damage() -> {
        Answer answer = take(request);
        byte[] body = answer.body().bytes().clone();
        if (body.length > 0) {
          body[body.length / 2] ^= 1;
        }
        send(out, new Answer(answer.status(), answer.headers(), new Body(body), -1));
        yield true;
      }
      case FakeS3Fault.Truncate() -> {
        sendHalf(out, take(request));
        yield false;
      }
      case FakeS3Fault.Stall() -> {
        sendHalf(out, take(request));
        // Until the client ends the connection.
        yield connection.getInputStream().read() >= 0 && false;
      }
    };
  }

  /// The answer to HEAD has no body and so no code.
  private static Answer error(Operation operation, int status, String code) {
    return operation == Operation.HEAD_OBJECT
        ? Answer.of(status, new byte[0])
        : Answer.error(status, code);
  }

  private Answer take(Request request) {
    Optional<Answer> refusal = refusal(request);
    return refusal.isPresent() ? refusal.get() : bucket.answer(request);
  }

  private static Optional<Answer> refusal(Request request) {
    String authorization = request.header("authorization").orElse("");
    if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=")
        || !authorization.contains("SignedHeaders=")
        || !authorization.contains("host")
        || !authorization.contains("x-amz-content-sha256")
        || !authorization.contains("Signature=")
        || request.header("x-amz-date").isEmpty()) {
      return Optional.of(Answer.error(403, "AccessDenied"));
    }
    if (!authorization.contains("Credential=" + KEY_ID + "/")) {
      return Optional.of(Answer.error(403, "InvalidAccessKeyId"));
    }
    if (!request.bucket().equals(BUCKET)) {
      return Optional.of(Answer.error(404, "NoSuchBucket"));
    }
    byte[] body = request.body().bytes();
    String payload = request.header("x-amz-content-sha256").orElse("");
    if (!payload.equals("UNSIGNED-PAYLOAD") && !payload.equals(sha256(body))) {
      return Optional.of(Answer.error(403, "SignatureDoesNotMatch"));
    }
    String crc = S3Bucket.checksum(body, 0, body.length);
    if (!request.header("x-amz-checksum-crc32c").orElse(crc).equals(crc)) {
      return Optional.of(Answer.error(400, "BadDigest"));
    }
    return Optional.empty();
  }

  private static void send(OutputStream out, Answer answer) throws IOException {
    out.write(answer.head());
    out.write(answer.body().bytes());
    out.flush();
  }

  private static void sendHalf(OutputStream out, Answer answer) throws IOException {
    out.write(answer.head());
    out.write(answer.body().bytes(), 0, answer.body().bytes().length / 2);
    out.flush();
  }

  private static boolean reset(Socket connection) throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
    return false;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
