package io.tidemark.pageserver;

import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.s3.FakeS3;
import io.tidemark.storage.object.s3.FakeS3Fault.FailAfter;
import io.tidemark.storage.object.s3.FakeS3Fault.LoseAnswer;
import io.tidemark.storage.object.s3.FakeS3Fault.Plan;
import io.tidemark.storage.object.s3.FakeS3Fault.Refuse;
import io.tidemark.storage.object.s3.FakeS3Fault.ResetBefore;
import io.tidemark.storage.object.s3.FakeS3Fault.Truncate;
import io.tidemark.storage.object.s3.S3ObjectStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;

/// The model test with its layers and manifests on S3, where one request in fifty goes wrong.
class PageServerOnS3Test extends PageServerModelTest {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final FakeS3 S3 = FakeS3.start(0);

  @Override
  ObjectStore openStore() {
    S3.setPlan(
        Plan.random(
            seed(),
            0.02,
            List.of(
                new LoseAnswer(),
                new FailAfter(),
                new ResetBefore(),
                new Truncate(),
                new Refuse(503, "SlowDown"))));
    return S3ObjectStore.open(S3.config().withPrefix("test-" + PREFIXES.incrementAndGet()));
  }

  @AfterAll
  static void stop() {
    S3.close();
  }
}
