package io.tidemark.storage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoApplier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Layers written and read back, damaged, and as version 1 left them.
class LayerTest {
  private static final LayerId ID = new LayerId(3, 0x1F);

  private final long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir private Path directory;
  private LocalObjectStore store;

  /// A key, and the value that belongs to it.
  private record Item(EntryKind kind, long page, long lsn, List<Byte> value) {}

  @BeforeEach
  void openStore() {
    System.out.println("tidemark.test.seed=" + seed);
    store = LocalObjectStore.open(directory.resolve("store"));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givesBackWhatWasWritten() {
    for (int entries : new int[] {1, 2, 50, 5000}) {
      List<Item> items = randomItems(entries);
      LayerReader layer = write("layer-" + entries, items);
      assertThat(readAll(layer)).isEqualTo(items);
      LayerVerifier.Summary summary = LayerVerifier.verify(layer);
      assertThat(summary.entries()).isEqualTo(entries);
      assertThat(LayerReader.open(store, layer.key()).descriptor()).isEqualTo(layer.descriptor());
    }
  }

  @Test
  void collectsThePartOfAPagesHistoryThatIsAskedFor() {
    List<Item> items = randomItems(3000);
    LayerReader layer = write("layer", items);
    for (int i = 0; i < 500; i++) {
      long page = items.get(random.nextInt(items.size())).page + random.nextInt(2);
      long low = random.nextInt(4000);
      long high = low + random.nextInt(4000);
      List<Item> expected =
          items.stream()
              .filter(item -> item.page == page && item.lsn > low && item.lsn <= high)
              .toList()
              .reversed();
      List<Item> found = new ArrayList<>();
      int wanted = 1 + random.nextInt(20);
      layer.collect(
          page,
          low,
          high,
          (kind, lsn, bytes, offset, length) -> {
            found.add(new Item(kind, page, lsn, boxed(bytes, offset, length)));
            return found.size() < wanted;
          });
      assertThat(found).isEqualTo(expected.subList(0, Math.min(wanted, expected.size())));
    }
  }

  @Test
  void refusesKeysOutOfOrder() {
    try (LayerWriter writer = new LayerWriter(ID, (bytes, offset, length) -> {}, 1)) {
      writer.begin(EntryKind.DELTA, 5, 10);
      writer.end();
      assertThatThrownBy(() -> writer.begin(EntryKind.DELTA, 5, 10))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.begin(EntryKind.DELTA, 4, 11))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void everyFlippedBitIsFound() {
    List<Item> items = randomItems(40);
    LayerReader layer = write("layer", items);
    byte[] bytes = store.get(layer.key()).orElseThrow();
    for (int i = 0; i < 300; i++) {
      int bit = random.nextInt(bytes.length * 8);
      byte[] damaged = bytes.clone();
      damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
      store.put("damaged", damaged);
      LayerReader reader =
          new LayerReader(layer.descriptor(), store, "damaged", LayerBlockCache.NONE);
      assertThatThrownBy(() -> LayerVerifier.verify(reader))
          .as("bit %d of byte %d", bit & 7, bit >>> 3)
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("layer ");
    }
  }

  @Test
  void everyTruncationIsFound() {
    LayerReader layer = write("layer", randomItems(40));
    byte[] bytes = store.get(layer.key()).orElseThrow();
    for (int length = 0; length < bytes.length; length += 1 + random.nextInt(40)) {
      store.put("cut", Arrays.copyOf(bytes, length));
      LayerReader reader = new LayerReader(layer.descriptor(), store, "cut", LayerBlockCache.NONE);
      assertThatThrownBy(() -> LayerVerifier.verify(reader)).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void verifierFindsValuesThatAreNotThePages() {
    Item good = randomItems(1).getFirst();
    Item wrongPage = new Item(EntryKind.FORMAT, good.page + 1, good.lsn, good.value);
    assertThatThrownBy(() -> LayerVerifier.verify(write("layer", List.of(wrongPage))))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("unexpected record");
    Item wrongKind = new Item(EntryKind.DELTA, good.page, good.lsn, good.value);
    assertThatThrownBy(() -> LayerVerifier.verify(write("layer", List.of(wrongKind))))
        .isInstanceOf(Corrupt.class);
  }

  @Test
  void readsALayerOfVersion1() throws IOException {
    byte[] golden = golden("layer-v1.bin");
    store.put("golden", golden);
    LayerReader layer = LayerReader.open(store, "golden");
    LayerVerifier.verify(layer);
    StringBuilder printed = new StringBuilder();
    LayerPrinter.print(layer, printed);
    assertThat(printed.toString())
        .isEqualTo(
            """
            layer 00000003-0000001f: pages 1/7..2/0 lsn 5..60, 3 entries, %d bytes, purged 5
              FORMAT of page 1/7 at lsn 10, 25 bytes: PAGE_FORMAT(11), ITEM_INSERT(6)
              DELTA of page 1/7 at lsn 20, 10 bytes: ITEM_INSERT(6)
              IMAGE of page 2/0 at lsn 60, 16384 bytes
            """
                .formatted(golden.length));
  }

  /// Wrote the golden file; run it by hand if the format gets a new version, under a new name.
  static void main(String[] arguments) throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    try (LayerWriter writer = new LayerWriter(ID, out::write, 1)) {
      RecordEncoder encoder = new RecordEncoder(256);
      PageId page = new PageId(1, 7);
      encoder.pageFormat(page, PageType.TREE_LEAF, 0, 0, 9);
      encoder.itemInsert(page, 0, new byte[] {1, 2, 3, 4, 5}, 0, 5);
      writeItem(writer, new Item(EntryKind.FORMAT, page.packed(), 10, records(encoder)));
      encoder.clear();
      encoder.itemInsert(page, 1, new byte[] {6, 7, 8, 9, 10}, 0, 5);
      writeItem(writer, new Item(EntryKind.DELTA, page.packed(), 20, records(encoder)));
      byte[] image = image(new PageId(2, 0), 60);
      writeItem(
          writer,
          new Item(EntryKind.IMAGE, new PageId(2, 0).packed(), 60, boxed(image, 0, image.length)));
      writer.finish(Lsn.of(5), Lsn.of(60), Lsn.of(5));
    }
    java.nio.file.Files.write(Path.of(arguments[0]), out.toByteArray());
  }

  static byte[] golden(String name) throws IOException {
    try (var in =
        Optional.ofNullable(LayerTest.class.getResourceAsStream("/golden/" + name)).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private LayerReader write(String key, List<Item> items) {
    try (ObjectUpload upload = store.startUpload(key);
        LayerWriter writer = new LayerWriter(ID, upload::append, 1)) {
      items.forEach(item -> writeItem(writer, item));
      LayerDescriptor descriptor = writer.finish(Lsn.ZERO, Lsn.of(1_000_000), Lsn.ZERO);
      upload.complete();
      return new LayerReader(descriptor, store, key, LayerBlockCache.NONE);
    }
  }

  private static void writeItem(LayerWriter writer, Item item) {
    writer.begin(item.kind, item.page, item.lsn);
    byte[] value = new byte[item.value.size()];
    for (int i = 0; i < value.length; i++) {
      value[i] = item.value.get(i);
    }
    writer.append(value, 0, value.length / 2);
    writer.append(value, value.length / 2, value.length - value.length / 2);
    writer.end();
  }

  private static List<Item> readAll(LayerReader layer) {
    List<Item> items = new ArrayList<>();
    LayerCursor cursor = layer.openCursor();
    while (cursor.next()) {
      LayerEntry entry = cursor.entry();
      items.add(
          new Item(
              entry.kind(),
              entry.page(),
              entry.lsn(),
              boxed(entry.bytes(), entry.offset(), entry.length())));
    }
    return items;
  }

  /// Valid entries, in key order.
  private List<Item> randomItems(int count) {
    TreeMap<Long, TreeMap<Long, Item>> items = new TreeMap<>();
    RecordEncoder encoder = new RecordEncoder(256);
    for (int left = count; left > 0; ) {
      PageId page = new PageId(random.nextInt(3), random.nextInt(1 + random.nextInt(count + 1)));
      long lsn = 1 + random.nextInt(6000);
      Map<Long, Item> ofPage = items.computeIfAbsent(page.packed(), p -> new TreeMap<>());
      encoder.clear();
      EntryKind kind = EntryKind.ofCode(1 + random.nextInt(3));
      byte[] data = new byte[1 + random.nextInt(200)];
      random.nextBytes(data);
      if (kind == EntryKind.FORMAT || count == 1) {
        kind = EntryKind.FORMAT;
        encoder.pageFormat(page, PageType.TREE_LEAF, 0, 0, 1);
      }
      encoder.itemInsert(page, 0, data, 0, data.length);
      byte[] image = image(page, lsn);
      List<Byte> value = kind == EntryKind.IMAGE ? boxed(image, 0, image.length) : records(encoder);
      if (ofPage.putIfAbsent(lsn, new Item(kind, page.packed(), lsn, value)) == null) {
        left--;
      }
    }
    return items.values().stream().flatMap(ofPage -> ofPage.values().stream()).toList();
  }

  private static byte[] image(PageId page, long lsn) {
    RecordEncoder encoder = new RecordEncoder(64);
    encoder.pageFormat(page, PageType.TREE_LEAF, 0, 0, 1);
    RecordCursor cursor = new RecordCursor();
    cursor.reset(
        encoder.buffer(),
        encoder.lastRecordStart(),
        encoder.sizeBytes() - encoder.lastRecordStart());
    cursor.next();
    byte[] bytes = new byte[PageHeader.PAGE_BYTES];
    RedoApplier.apply(MemorySegment.ofArray(bytes), cursor);
    PageHeader.setPageLsn(MemorySegment.ofArray(bytes), lsn);
    return bytes;
  }

  private static List<Byte> records(RecordEncoder encoder) {
    return boxed(
        encoder.buffer(),
        RecordEncoder.MTR_HEADER_BYTES,
        encoder.sizeBytes() - RecordEncoder.MTR_HEADER_BYTES);
  }

  private static List<Byte> boxed(byte[] bytes, int offset, int length) {
    List<Byte> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(bytes[offset + i]);
    }
    return list;
  }
}
