package io.tidemark.storage.object.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.object.ObjectStoreContract;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/// The contract on the bucket that the environment names, with the credentials of the SDK's default
/// chain: `TIDEMARK_TEST_S3_BUCKET`, `TIDEMARK_TEST_S3_REGION` (default us-east-1) and, for a
/// compatible store, `TIDEMARK_TEST_S3_ENDPOINT`. Objects go below a random prefix and are deleted.
class RealBucketObjectStoreTest extends ObjectStoreContract {
  private final String prefix = "tidemark-test/" + UUID.randomUUID();

  @BeforeAll
  static void findBucket() {
    if (variable("BUCKET").isEmpty()) {
      String why =
          "the object store contract is not tried on a real bucket: TIDEMARK_TEST_S3_BUCKET is not"
              + " set";
      System.out.println(why);
      abort(why);
    }
  }

  @Override
  protected ObjectStore openStore() {
    S3ObjectStoreConfig config =
        S3ObjectStoreConfig.of(
                variable("REGION").orElse("us-east-1"), variable("BUCKET").orElseThrow())
            .withPrefix(prefix);
    return S3ObjectStore.open(
        variable("ENDPOINT").map(uri -> config.withEndpoint(URI.create(uri))).orElse(config));
  }

  @AfterEach
  void deleteAll() {
    try (ObjectStore store = openStore()) {
      for (ObjectSummary object : store.list("")) {
        store.delete(object.key());
      }
    }
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv("TIDEMARK_TEST_S3_" + name))
        .filter(value -> !value.isBlank());
  }
}
