package io.tidemark.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import io.tidemark.storage.object.s3.FakeS3Fault.Damage;
import io.tidemark.storage.object.s3.FakeS3Fault.FailAfter;
import io.tidemark.storage.object.s3.FakeS3Fault.LoseAnswer;
import io.tidemark.storage.object.s3.FakeS3Fault.Operation;
import io.tidemark.storage.object.s3.FakeS3Fault.Plan;
import io.tidemark.storage.object.s3.FakeS3Fault.Refuse;
import io.tidemark.storage.object.s3.FakeS3Fault.ResetBefore;
import io.tidemark.storage.object.s3.FakeS3Fault.Stall;
import io.tidemark.storage.object.s3.FakeS3Fault.Truncate;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the store makes of each thing that goes wrong between it and S3.
class S3ObjectStoreFaultTest {
  private static final byte[] CONTENT = "some content of some length".getBytes(UTF_8);

  private final FakeS3 s3 = FakeS3.start(0);
  private final S3ObjectStore store = S3ObjectStore.open(s3.config());

  @AfterEach
  void close() {
    store.close();
    s3.close();
  }

  static Stream<FakeS3Fault> passingFaults() {
    return Stream.of(
        new Refuse(500, "InternalError"),
        new Refuse(502, ""),
        new Refuse(503, "SlowDown"),
        new Refuse(429, "TooManyRequests"),
        new Refuse(400, "RequestTimeout"),
        new Refuse(409, "ConditionalRequestConflict"),
        new ResetBefore(),
        new LoseAnswer(),
        new FailAfter());
  }

  @ParameterizedTest
  @MethodSource("passingFaults")
  void everyCallOutlivesAPassingFault(FakeS3Fault fault) {
    s3.setPlan(Plan.of(Operation.PUT_OBJECT, fault, fault));
    store.put("k", CONTENT);
    s3.setPlan(Plan.of(Operation.PUT_OBJECT, fault, fault));
    assertThat(store.putIfAbsent("c", CONTENT)).isTrue();
    s3.setPlan(Plan.of(Operation.PUT_OBJECT, fault));
    assertThat(store.putIfAbsent("c", CONTENT)).isFalse();
    s3.setPlan(Plan.of(Operation.GET_OBJECT, fault, fault));
    assertThat(store.get("k")).hasValue(CONTENT);
    s3.setPlan(Plan.of(Operation.GET_OBJECT, fault, fault));
    assertThat(store.get("k", 5, 7)).hasValue("content".getBytes(UTF_8));
    // The answer to HEAD has no code, so its number must say enough.
    boolean told = !(fault instanceof Refuse refuse) || refuse.status() >= 429;
    s3.setPlan(told ? Plan.of(Operation.HEAD_OBJECT, fault) : Plan.none());
    assertThat(store.get("k", 5, 0)).hasValue(new byte[0]);
    s3.setPlan(Plan.of(Operation.LIST_OBJECTS, fault, fault));
    assertThat(store.list(""))
        .containsExactly(
            new ObjectSummary("c", CONTENT.length), new ObjectSummary("k", CONTENT.length));
    s3.setPlan(Plan.of(Operation.DELETE_OBJECT, fault, fault));
    store.delete("k");
    assertThat(store.get("k")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("passingFaults")
  void anUploadOutlivesAPassingFaultOfEachOfItsRequests(FakeS3Fault fault) {
    byte[] content = new byte[Limits.MIN_PART_BYTES + 77];
    new Random(3).nextBytes(content);
    for (Operation operation :
        List.of(Operation.CREATE_UPLOAD, Operation.UPLOAD_PART, Operation.COMPLETE_UPLOAD)) {
      s3.setPlan(Plan.of(operation, fault));
      try (ObjectUpload upload = store.startUpload("big/" + operation)) {
        upload.append(content, 0, 1000);
        upload.append(content, 1000, content.length - 1000);
        upload.complete();
      }
      assertThat(store.get("big/" + operation)).hasValue(content);
      assertThat(s3.requests(Operation.UPLOAD_PART)).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void anAbandonedUploadIsAborted() {
    s3.setPlan(Plan.of(Operation.ABORT_UPLOAD, new LoseAnswer()));
    try (ObjectUpload upload = store.startUpload("big")) {
      upload.append(new byte[Limits.MIN_PART_BYTES + 1], 0, Limits.MIN_PART_BYTES + 1);
      assertThat(s3.unfinishedUploads()).isEqualTo(1);
    }
    assertThat(s3.unfinishedUploads()).isZero();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void anUploadThatFailedToCompleteIsAborted() {
    s3.setPlan(Plan.always(Operation.COMPLETE_UPLOAD, new Refuse(403, "AccessDenied")));
    try (ObjectUpload upload = store.startUpload("big")) {
      upload.append(new byte[Limits.MIN_PART_BYTES + 1], 0, Limits.MIN_PART_BYTES + 1);
      assertThatThrownBy(upload::complete).isInstanceOf(RetryLater.class);
    }
    assertThat(s3.unfinishedUploads()).isZero();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void aSmallUploadIsOnePut() {
    long before = s3.requests(Operation.PUT_OBJECT);
    try (ObjectUpload upload = store.startUpload("small")) {
      upload.append(CONTENT, 0, CONTENT.length);
      upload.complete();
    }
    assertThat(s3.requests(Operation.PUT_OBJECT) - before).isEqualTo(1);
    assertThat(s3.requests(Operation.CREATE_UPLOAD)).isZero();
  }

  @Test
  void anUploadWhosePutFailedCanBeCompletedAgain() {
    s3.setPlan(Plan.of(Operation.PUT_OBJECT, new Refuse(403, "AccessDenied")));
    try (ObjectUpload upload = store.startUpload("small")) {
      upload.append(CONTENT, 0, CONTENT.length);
      assertThatThrownBy(upload::complete).isInstanceOf(RetryLater.class);
      upload.complete();
    }
    assertThat(store.get("small")).hasValue(CONTENT);
  }

  @Test
  void aConditionalPutKnowsItsOwnEarlierSuccess() {
    s3.setPlan(
        Plan.of(
            Operation.PUT_OBJECT, new LoseAnswer(), new Refuse(409, "ConditionalRequestConflict")));
    assertThat(store.putIfAbsent("k", CONTENT)).isTrue();
    assertThat(s3.requests(Operation.HEAD_OBJECT)).isEqualTo(1);
  }

  @Test
  void aConditionalPutKnowsItsOwnSuccessThoughTheLookAtItFailsToo() {
    s3.setPlan((operation, name) -> {
      boolean first = s3.requests(operation) <= (operation == Operation.PUT_OBJECT ? 3 : 1);
      return switch (operation) {
        case PUT_OBJECT -> first ? Optional.of(new FailAfter()) : Optional.empty();
        case HEAD_OBJECT -> first ? Optional.of(new ResetBefore()) : Optional.empty();
        default -> Optional.empty();
      };
    });
    assertThat(store.putIfAbsent("k", CONTENT)).isTrue();
    assertThat(s3.requests(Operation.HEAD_OBJECT)).isEqualTo(2);
  }

  @Test
  void aConditionalPutDoesNotTakeAnothersObjectForItsOwn() {
    store.put("k", CONTENT);
    s3.setPlan(Plan.of(Operation.PUT_OBJECT, new ResetBefore()));
    assertThat(store.putIfAbsent("k", CONTENT)).isFalse();
    assertThat(s3.requests(Operation.HEAD_OBJECT)).isEqualTo(1);
  }

  @Test
  void asksAgainForATruncatedOrDamagedBody() {
    store.put("k", CONTENT);
    s3.setPlan(Plan.of(Operation.GET_OBJECT, new Truncate(), new Damage(), new Truncate()));
    assertThat(store.get("k")).hasValue(CONTENT);
    s3.setPlan(Plan.of(Operation.GET_OBJECT, new Truncate(), new Truncate()));
    assertThat(store.get("k", 0, 20)).hasValue(Arrays.copyOf(CONTENT, 20));
  }

  @Test
  void namesAnObjectThatIsDamagedEachTime() {
    store.put("a/k", CONTENT);
    s3.setPlan(Plan.always(Operation.GET_OBJECT, new Damage()));
    long before = s3.requests(Operation.GET_OBJECT);
    assertThatThrownBy(() -> store.get("a/k"))
        .isInstanceOf(Corrupt.class)
        .hasMessageMatching("get of object a/k: CRC-32C expected .*, found .*");
    assertThat(s3.requests(Operation.GET_OBJECT) - before).isEqualTo(3);
  }

  @Test
  void givesUpASlowBodyAfterTheTimeOfAnAttempt() {
    store.put("k", CONTENT);
    s3.setPlan(Plan.of(Operation.GET_OBJECT, new Stall()));
    try (S3ObjectStore hasty = openWith(Duration.ofMillis(300), Duration.ofSeconds(20))) {
      assertThat(hasty.get("k")).hasValue(CONTENT);
    }
    assertThat(s3.requests(Operation.GET_OBJECT)).isEqualTo(2);
  }

  @Test
  void saysLaterWhenTheDeadlineHasPassed() {
    try (S3ObjectStore hasty = openWith(Duration.ofMillis(200), Duration.ofMillis(600))) {
      s3.setPlan(Plan.always(Operation.PUT_OBJECT, new Refuse(500, "InternalError")));
      long start = System.nanoTime();
      assertThatThrownBy(() -> hasty.put("k", CONTENT))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("put of object k")
          .hasMessageContaining("500 InternalError");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(s3.requests(Operation.PUT_OBJECT)).isGreaterThan(5);
      s3.setPlan(Plan.none());
      hasty.put("k", CONTENT);
    }
  }

  @Test
  void saysLaterWhenNobodyAnswers() {
    try (S3ObjectStore hasty = openWith(Duration.ofMillis(200), Duration.ofMillis(500))) {
      s3.close();
      assertThatThrownBy(() -> hasty.get("k"))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("get of object k");
    }
  }

  @Test
  void backsOffLongerFromAStoreThatHasTooMuchToDo() {
    Limits limits =
        Limits.DEFAULT
            .withTimeouts(Duration.ofMillis(500), Duration.ofMillis(1500))
            .withPauses(Duration.ofMillis(20), Duration.ofSeconds(60));
    List<Long> attempts = new ArrayList<>();
    try (S3ObjectStore patient = S3ObjectStore.open(s3.config().withLimits(limits))) {
      for (String code : List.of("InternalError", "SlowDown")) {
        int status = code.equals("SlowDown") ? 503 : 500;
        s3.setPlan(Plan.always(Operation.GET_OBJECT, new Refuse(status, code)));
        long before = s3.requests(Operation.GET_OBJECT);
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> patient.get("k")).isInstanceOf(RetryLater.class);
        }
        attempts.add(s3.requests(Operation.GET_OBJECT) - before);
      }
    }
    assertThat(attempts.get(1)).isLessThan(attempts.get(0));
  }

  @Test
  void doesNotRepeatWhatIsRefused() {
    s3.setPlan(Plan.always(Operation.PUT_OBJECT, new Refuse(403, "AccessDenied")));
    long before = s3.requests(Operation.PUT_OBJECT);
    assertThatThrownBy(() -> store.put("k", CONTENT))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("the credentials may not use bucket tidemark (403 AccessDenied)");
    assertThat(s3.requests(Operation.PUT_OBJECT) - before).isEqualTo(1);
  }

  @Test
  void saysThatAStoreIsFull() {
    s3.setPlan(Plan.always(Operation.PUT_OBJECT, new Refuse(507, "XMinioStorageFull")));
    assertThatThrownBy(() -> store.put("k", CONTENT))
        .isInstanceOf(Exhausted.class)
        .hasMessageContaining("put of object k: the store is full");
  }

  @Test
  void closingEndsCallsUnderWay() throws Exception {
    store.put("k", CONTENT);
    CountDownLatch stalled = new CountDownLatch(2);
    s3.setPlan((operation, name) -> {
      stalled.countDown();
      return Optional.of(
          operation == Operation.GET_OBJECT ? new Stall() : new Refuse(503, "SlowDown"));
    });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls =
          List.of(threads.submit(() -> store.get("k")), threads.submit(() -> store.list("")));
      assertThat(stalled.await(20, TimeUnit.SECONDS)).isTrue();
      long start = System.nanoTime();
      store.close();
      for (Future<?> call : calls) {
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(RetryLater.class)
            .hasMessageContaining("closed");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anInterruptEndsACall() throws Exception {
    store.put("k", CONTENT);
    CountDownLatch stalled = new CountDownLatch(1);
    s3.setPlan((operation, name) -> {
      stalled.countDown();
      return Optional.of(new Stall());
    });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> call =
          threads.submit(() -> {
            assertThatThrownBy(() -> store.get("k"))
                .isInstanceOf(RetryLater.class)
                .hasMessageContaining("interrupted");
            return Thread.interrupted();
          });
      assertThat(stalled.await(20, TimeUnit.SECONDS)).isTrue();
      threads.shutdownNow();
      assertThat(call.get(20, TimeUnit.SECONDS)).as("interrupt flag").isTrue();
    }
  }

  private S3ObjectStore openWith(Duration attempt, Duration call) {
    S3ObjectStoreConfig config = s3.config();
    return S3ObjectStore.open(config.withLimits(config.limits().withTimeouts(attempt, call)));
  }
}
