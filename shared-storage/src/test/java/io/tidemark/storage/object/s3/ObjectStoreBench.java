package io.tidemark.storage.object.s3;

import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.gaul.s3proxy.S3Proxy;

/// Compares the stores in what a page server asks of them: the upload of a layer of 16 MiB, and
/// gets of 64 KiB within it. Run by hand: `java -cp ..
/// io.tidemark.storage.object.s3.ObjectStoreBench DIRECTORY`. Prints the median of each.
public final class ObjectStoreBench {
  private static final int LAYER_BYTES = 16 << 20;
  private static final int RANGE_BYTES = 64 << 10;

  private ObjectStoreBench() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    try (ObjectStore local = LocalObjectStore.open(root.resolve("local"))) {
      measure("local directory", local);
    }
    S3Proxy proxy = S3ProxyObjectStoreTest.startProxy(root.resolve("proxy"));
    try (ObjectStore store = S3ObjectStore.open(S3ProxyObjectStoreTest.config(proxy))) {
      measure("S3Proxy", store);
    } finally {
      proxy.stop();
    }
    try (FakeS3 fake = FakeS3.start(0);
        ObjectStore store = S3ObjectStore.open(fake.config())) {
      measure("FakeS3", store);
    }
    System.exit(0);
  }

  private static void measure(String name, ObjectStore store) {
    byte[] layer = new byte[LAYER_BYTES];
    Random random = new Random(1);
    random.nextBytes(layer);
    double[] puts = new double[30];
    for (int i = 0; i < puts.length; i++) {
      long start = System.nanoTime();
      try (ObjectUpload upload = store.startUpload("layer")) {
        for (int at = 0; at < LAYER_BYTES; at += RANGE_BYTES) {
          upload.append(layer, at, RANGE_BYTES);
        }
        upload.complete();
      }
      puts[i] = (System.nanoTime() - start) / 1e6;
    }
    double[] gets = new double[3000];
    for (int i = 0; i < gets.length; i++) {
      long offset = random.nextInt(LAYER_BYTES - RANGE_BYTES);
      long start = System.nanoTime();
      if (store.get("layer", offset, RANGE_BYTES).isEmpty()) {
        throw new IllegalStateException("layer is gone");
      }
      gets[i] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf(
        Locale.ROOT,
        "%-16s put of 16 MiB %8.2f ms, get of 64 KiB %8.3f ms%n",
        name,
        median(puts),
        median(gets));
  }

  /// Of the second half, when the code is warm.
  private static double median(double[] values) {
    double[] warm = Arrays.copyOfRange(values, values.length / 2, values.length);
    Arrays.sort(warm);
    return warm[warm.length / 2];
  }
}
