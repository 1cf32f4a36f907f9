package io.tidemark.storage.object.s3;

import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStoreContract;
import org.junit.jupiter.api.AfterEach;

/// The contract on a store that does nothing wrong.
class S3ObjectStoreTest extends ObjectStoreContract {
  private final FakeS3 s3 = FakeS3.start(0);

  @Override
  protected ObjectStore openStore() {
    return S3ObjectStore.open(s3.config().withPrefix("some/prefix"));
  }

  @AfterEach
  void stop() {
    s3.close();
  }
}
