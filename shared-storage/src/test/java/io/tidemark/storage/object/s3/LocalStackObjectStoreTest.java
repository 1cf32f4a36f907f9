package io.tidemark.storage.object.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStoreContract;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Credentials;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/// The contract on LocalStack, where a Docker engine answers.
class LocalStackObjectStoreTest extends ObjectStoreContract {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static LocalStackContainer container;

  @BeforeAll
  static void start() throws Exception {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      String why = "the object store contract is not tried on LocalStack: no Docker engine answers";
      System.out.println(why);
      abort(why);
    }
    container =
        new LocalStackContainer(DockerImageName.parse("localstack/localstack:4.9.2"))
            .withServices("s3");
    container.start();
    container.execInContainer("awslocal", "s3", "mb", "s3://tidemark");
  }

  @AfterAll
  static void stop() {
    if (container != null) {
      container.stop();
    }
  }

  /// Each test has a prefix of its own.
  @Override
  protected ObjectStore openStore() {
    return S3ObjectStore.open(
        S3ObjectStoreConfig.of(container.getRegion(), "tidemark")
            .withEndpoint(container.getEndpoint())
            .withCredentials(
                new Credentials.Keys(container.getAccessKey(), container.getSecretKey()))
            .withPrefix("test-" + PREFIXES.incrementAndGet()));
  }
}
