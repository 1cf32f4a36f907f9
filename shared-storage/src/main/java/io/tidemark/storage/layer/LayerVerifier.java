package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoRecordType;
import java.lang.foreign.MemorySegment;

/// Checks a whole layer: every checksum, that keys ascend and lie within the bounds, that index and
/// filter lead to every entry, that values are whole records of their page or a page of that id and
/// LSN. Immutable.
public final class LayerVerifier {
  private LayerVerifier() {}

  /// What a layer was found to hold.
  public record Summary(long blocks, long pages, long deltas, long formats, long images) {
    public long entries() {
      return deltas + formats + images;
    }

    @Override
    public String toString() {
      return "%d blocks, %d pages, %d deltas, %d formats, %d images"
          .formatted(blocks, pages, deltas, formats, images);
    }
  }

  /// Reads all of `layer`.
  ///
  /// @throws Corrupt naming layer and key of the first violation
  public static Summary verify(LayerReader layer) {
    String name = "layer " + layer.descriptor().id();
    verifyHeader(layer, name);
    LayerIndex index = layer.index();
    LayerCursor cursor = layer.openCursor();
    RecordCursor records = new RecordCursor();
    long[] kinds = new long[EntryKind.values().length];
    long pages = 0;
    long previousPage = -1;
    long previousLsn = 0;
    while (cursor.next()) {
      LayerEntry entry = cursor.entry();
      if (entry.page() < previousPage
          || (entry.page() == previousPage && entry.lsn() <= previousLsn)) {
        throw new Corrupt(
            "%s: %s behind page %s at lsn %d"
                .formatted(name, entry, PageId.ofPacked(Math.max(previousPage, 0)), previousLsn));
      }
      verifyPlace(layer, index, entry, name);
      verifyValue(entry, records, name);
      pages += entry.page() == previousPage ? 0 : 1;
      kinds[entry.kind().ordinal()]++;
      previousPage = entry.page();
      previousLsn = entry.lsn();
    }
    Summary summary = new Summary(index.blockCount(), pages, kinds[0], kinds[1], kinds[2]);
    if (summary.entries() != layer.descriptor().entryCount()) {
      throw new Corrupt(
          "%s: expected %d entries, found %s"
              .formatted(name, layer.descriptor().entryCount(), summary));
    }
    return summary;
  }

  private static void verifyHeader(LayerReader layer, String name) {
    byte[] header = layer.read(0, LayerFormat.HEADER_BYTES);
    MemorySegment segment = MemorySegment.ofArray(header);
    LayerFooter.expect(name, "header magic", LayerFormat.MAGIC, segment.get(INT, 0));
    LayerFooter.expect(name, "header version", LayerFormat.VERSION, segment.get(INT, 4));
    LayerFooter.expect(
        name, "header checksum", segment.get(INT, 28), LayerFormat.crc(header, 0, 28));
    LayerId id = new LayerId(segment.get(LONG, 8), segment.get(LONG, 16));
    if (!id.equals(layer.descriptor().id())) {
      throw new Corrupt(name + ": header says layer " + id);
    }
  }

  private static void verifyPlace(
      LayerReader layer, LayerIndex index, LayerEntry entry, String name) {
    LayerDescriptor.Bounds bounds = layer.descriptor().bounds();
    boolean inside =
        entry.page() >= bounds.firstPage().packed()
            && entry.page() <= bounds.lastPage().packed()
            && entry.lsn() > bounds.startLsn().value()
            && entry.lsn() <= bounds.endLsn().value();
    if (!inside) {
      throw new Corrupt(name + ": " + entry + " outside " + bounds);
    }
    if (!index.mayContain(entry.page())) {
      throw new Corrupt(name + ": " + entry + " is not in the page filter");
    }
    int block = index.findBlock(entry.page(), entry.lsn());
    if (block < 0) {
      throw new Corrupt(name + ": " + entry + " is not in the index");
    }
  }

  private static void verifyValue(LayerEntry entry, RecordCursor records, String name) {
    if (entry.kind() == EntryKind.IMAGE) {
      verifyImage(entry, name);
      return;
    }
    records.reset(entry.bytes(), entry.offset(), entry.length());
    boolean first = true;
    try {
      while (records.next()) {
        boolean fits = records.type().changesPage() && records.packedPageId() == entry.page();
        boolean formats = records.type() == RedoRecordType.PAGE_FORMAT;
        if (!fits || formats != (first && entry.kind() == EntryKind.FORMAT)) {
          throw new Corrupt("unexpected record " + records.type());
        }
        first = false;
      }
    } catch (Corrupt e) {
      throw new Corrupt(name + ": " + entry + ": " + e.getMessage(), e);
    }
    if (first) {
      throw new Corrupt(name + ": " + entry + ": no record");
    }
  }

  private static void verifyImage(LayerEntry entry, String name) {
    if (entry.length() != PageHeader.PAGE_BYTES) {
      throw new Corrupt(name + ": " + entry + ": expected " + PageHeader.PAGE_BYTES + " bytes");
    }
    MemorySegment page =
        MemorySegment.ofArray(entry.bytes()).asSlice(entry.offset(), entry.length());
    if (PageHeader.pageId(page).packed() != entry.page()
        || PageHeader.pageLsn(page) != entry.lsn()) {
      throw new Corrupt(
          "%s: %s: header says page %s at lsn %d"
              .formatted(name, entry, PageHeader.pageId(page), PageHeader.pageLsn(page)));
    }
  }
}
