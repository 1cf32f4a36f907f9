package io.tidemark.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every object store must do. A subclass opens the store it tests.
public abstract class ObjectStoreContract {
  private ObjectStore store;

  /// Opens an empty store.
  protected abstract ObjectStore openStore() throws Exception;

  @BeforeEach
  void open() throws Exception {
    store = openStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void returnsWhatWasPut() {
    store.put("a/b", bytes("one"));
    assertThat(store.get("a/b")).hasValue(bytes("one"));
    store.put("a/b", bytes("two, longer"));
    assertThat(store.get("a/b")).hasValue(bytes("two, longer"));
    store.put("a/empty", new byte[0]);
    assertThat(store.get("a/empty")).hasValue(new byte[0]);
  }

  @Test
  void answersThatAnObjectIsMissing() {
    store.put("a/b", bytes("x"));
    assertThat(store.get("a/c")).isEmpty();
    assertThat(store.get("a")).isEmpty();
    assertThat(store.get("a/b/c")).isEmpty();
    assertThat(store.get("z/y/x")).isEmpty();
    assertThat(store.get("z", 0, 1)).isEmpty();
  }

  @Test
  void putIfAbsentKeepsTheFirst() {
    assertThat(store.putIfAbsent("m/000001", bytes("first"))).isTrue();
    assertThat(store.putIfAbsent("m/000001", bytes("second"))).isFalse();
    assertThat(store.get("m/000001")).hasValue(bytes("first"));
    store.delete("m/000001");
    assertThat(store.putIfAbsent("m/000001", bytes("third"))).isTrue();
  }

  @Test
  void oneOfManyWinsPutIfAbsent() throws Exception {
    int contenders = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(contenders)) {
      for (int round = 0; round < 30; round++) {
        String key = "race/" + round;
        CyclicBarrier start = new CyclicBarrier(contenders);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < contenders; i++) {
          byte[] content = bytes("contender " + i);
          calls.add(() -> {
            start.await();
            boolean won = store.putIfAbsent(key, content);
            if (won) {
              assertThat(store.get(key)).hasValue(content);
            }
            return won;
          });
        }
        int winners = 0;
        for (Future<Boolean> call : threads.invokeAll(calls)) {
          winners += call.get() ? 1 : 0;
        }
        assertThat(winners).as(key).isEqualTo(1);
      }
    }
  }

  @Test
  void readersSeeWholeObjectsWhileTheyAreReplaced() throws Exception {
    int size = 100_000;
    store.put("k", filled(size, 0));
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        readers.add(
            threads.submit(() -> {
              while (!stop.get()) {
                byte[] content = store.get("k").orElseThrow();
                assertThat(content).isEqualTo(filled(size, content[0]));
              }
            }));
      }
      try {
        for (int i = 1; i < 40; i++) {
          store.put("k", filled(size, i));
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  @Test
  void readsRanges() {
    byte[] content = new byte[10_000];
    new Random(7).nextBytes(content);
    store.put("r", content);
    assertThat(store.get("r", 0, 10_000)).hasValue(content);
    assertThat(store.get("r", 17, 100)).hasValue(Arrays.copyOfRange(content, 17, 117));
    assertThat(store.get("r", 9_990, 100)).hasValue(Arrays.copyOfRange(content, 9_990, 10_000));
    assertThat(store.get("r", 10_000, 5)).hasValue(new byte[0]);
    assertThat(store.get("r", 1L << 40, 5)).hasValue(new byte[0]);
    assertThat(store.get("r", 5, 0)).hasValue(new byte[0]);
  }

  @Test
  void listsByPrefixInTheOrderOfKeys() {
    TreeMap<String, Integer> model = new TreeMap<>();
    List<String> keys =
        List.of(
            "a", "a-b", "ab/c", "a.d/e", "t/1/x", "t/1-x/y", "t/1.x/y", "t/10", "t/2/a/b/c", "T/1");
    for (String key : keys) {
      store.put(key, new byte[key.length()]);
      model.put(key, key.length());
    }
    for (String prefix : List.of("", "a", "a-", "ab/", "t", "t/", "t/1", "t/1/", "t/2/a/b", "q")) {
      List<ObjectSummary> expected =
          model.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(prefix))
              .map(entry -> new ObjectSummary(entry.getKey(), entry.getValue()))
              .toList();
      assertThat(store.list(prefix)).as("prefix '%s'", prefix).isEqualTo(expected);
    }
  }

  @Test
  void deletes() {
    store.put("d/1", bytes("x"));
    store.delete("d/1");
    store.delete("d/1");
    store.delete("d");
    store.delete("never/there");
    assertThat(store.get("d/1")).isEmpty();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void anUploadAppearsWhenComplete() {
    try (ObjectUpload upload = store.startUpload("big/1")) {
      upload.append(bytes("hello, "), 0, 7);
      upload.append(bytes("--world"), 2, 5);
      assertThat(store.get("big/1")).isEmpty();
      assertThat(store.list("")).isEmpty();
      upload.complete();
    }
    assertThat(store.get("big/1")).hasValue(bytes("hello, world"));
    assertThat(store.list("")).containsExactly(new ObjectSummary("big/1", 12));
  }

  @Test
  void anUploadReplacesAndAnAbandonedOneLeavesNothing() {
    store.put("big/1", bytes("old"));
    try (ObjectUpload upload = store.startUpload("big/1")) {
      upload.append(bytes("abandoned"), 0, 9);
    }
    assertThat(store.get("big/1")).hasValue(bytes("old"));
    try (ObjectUpload upload = store.startUpload("big/1")) {
      upload.append(bytes("new"), 0, 3);
      upload.complete();
    }
    assertThat(store.get("big/1")).hasValue(bytes("new"));
    assertThat(store.list("")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "a b",
        "a\\b",
        "ä",
        "a\u0000b",
        "~tmp/x",
        "a:b",
        "a*"
      })
  void refusesWhatIsNoKey(String key) {
    assertThatThrownBy(() -> store.put(key, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.putIfAbsent(key, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.get(key, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.startUpload(key)).isInstanceOf(IllegalArgumentException.class);
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void takesTheLongestKeyAndRefusesALongerOne() {
    String segment = "s".repeat(ObjectKey.MAX_SEGMENT_BYTES);
    String longest = segment + "/" + segment + "/" + "k".repeat(ObjectKey.MAX_BYTES - 402);
    store.put(longest, bytes("x"));
    assertThat(store.get(longest)).hasValue(bytes("x"));
    assertThatThrownBy(() -> store.put(longest + "k", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.put(segment + "s", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "a//", "../", "a/../", "~", "a b"})
  void refusesWhatIsNoPrefix(String prefix) {
    assertThatThrownBy(() -> store.list(prefix)).isInstanceOf(IllegalArgumentException.class);
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] filled(int size, int value) {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) value);
    return content;
  }
}
