package io.tidemark.server.role;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.s3.S3ObjectStore;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig;
import java.util.Optional;

/// Opens the object store that options name.
final class ObjectStores {
  private ObjectStores() {}

  /// @throws StartupFailure if the options do not name one that can be
  static ObjectStore open(ObjectStoreOptions options, StartWait wait) throws StartupFailure {
    ObjectStoreOptions.Place place =
        options
            .place()
            .orElseThrow(
                () -> new StartupFailure("--object-store is needed: a directory or a bucket"));
    return wait.await(
        "object store " + place,
        () ->
            Optional.of(
                switch (place) {
                  case ObjectStoreOptions.Directory directory ->
                      LocalObjectStore.open(directory.path());
                  case ObjectStoreOptions.Bucket bucket -> openBucket(options, bucket);
                }));
  }

  private static ObjectStore openBucket(
      ObjectStoreOptions options, ObjectStoreOptions.Bucket bucket) {
    return S3ObjectStore.open(
        new S3ObjectStoreConfig(
            options.endpoint(),
            options.pathStyle(),
            options.region(),
            bucket.name(),
            bucket.prefix(),
            new S3ObjectStoreConfig.Credentials.Chain(),
            S3ObjectStoreConfig.Limits.DEFAULT));
  }
}
