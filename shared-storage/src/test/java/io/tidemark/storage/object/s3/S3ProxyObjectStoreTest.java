package io.tidemark.storage.object.s3;

import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStoreContract;
import io.tidemark.storage.object.s3.S3ObjectStoreConfig.Credentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.S3ProxyConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on S3Proxy, somebody else's reading of what S3 does.
class S3ProxyObjectStoreTest extends ObjectStoreContract {
  @TempDir private static Path directory;
  private static S3Proxy proxy;
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    proxy = startProxy(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.stop();
  }

  /// Each test has a prefix of its own.
  @Override
  protected ObjectStore openStore() {
    return S3ObjectStore.open(config(proxy).withPrefix("test-" + PREFIXES.incrementAndGet()));
  }

  static S3Proxy startProxy(Path root) throws Exception {
    Files.createDirectories(root.resolve("tidemark"));
    Properties properties = new Properties();
    properties.setProperty(S3ProxyConstants.PROPERTY_ENDPOINT, "http://127.0.0.1:0");
    properties.setProperty(S3ProxyConstants.PROPERTY_AUTHORIZATION, "aws-v4");
    properties.setProperty(S3ProxyConstants.PROPERTY_IDENTITY, "test");
    properties.setProperty(S3ProxyConstants.PROPERTY_CREDENTIAL, "test-secret");
    properties.setProperty("jclouds.filesystem.basedir", root.toString());
    S3Proxy started =
        S3Proxy.Builder.fromProperties(properties)
            .blobStore(BlobStores.create("filesystem-nio2", properties))
            .build();
    started.start();
    return started;
  }

  static S3ObjectStoreConfig config(S3Proxy proxy) {
    return S3ObjectStoreConfig.of("us-east-1", "tidemark")
        .withEndpoint(URI.create("http://127.0.0.1:" + proxy.getPort()))
        .withCredentials(new Credentials.Keys("test", "test-secret"));
  }
}
