package io.tidemark.pageserver.compact;

import io.tidemark.pageserver.layer.LayerFiles;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.layer.EntryKind;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.LayerWriter;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The layers that a merge writes: one after the other, each closed at a page boundary when it is
/// big enough. A tablespace's end also closes a layer that is not tiny, so that dropping a
/// tablespace later drops whole layers. Confined to one thread.
final class LayerOutput implements AutoCloseable {
  private static final int ZSTD_LEVEL = 1;
  private static final long MIN_LAYER_BYTES = 1 << 20;

  private final LayerFiles files;
  private final Lsns lsns;
  private final long layerBytes;
  private final List<LayerDescriptor> written = new ArrayList<>();
  private Optional<OpenFile> open = Optional.empty();
  private long lastPage = -1;

  /// LSN range of the new run, and up to where dropped tablespaces are left out.
  record Lsns(Lsn start, Lsn end, Lsn purged) {}

  private record OpenFile(ObjectUpload upload, LayerWriter writer) {}

  LayerOutput(LayerFiles files, Lsns lsns, long layerBytes) {
    this.files = files;
    this.lsns = lsns;
    this.layerBytes = layerBytes;
  }

  void write(EntryKind kind, long page, long lsn, byte[] bytes, int offset, int length) {
    if (page != lastPage) {
      closeIfDue(page);
      lastPage = page;
    }
    LayerWriter writer = openFile().writer;
    writer.begin(kind, page, lsn);
    writer.append(bytes, offset, length);
    writer.end();
  }

  /// Completes the last layer; all of them, in page order.
  List<LayerDescriptor> finish() {
    closeFile();
    return List.copyOf(written);
  }

  /// Deletes what was written, after a failure, as far as that works now; the rest is an orphan
  /// that the next generation deletes.
  void abandon() {
    close();
    for (LayerDescriptor layer : written) {
      try {
        files.delete(layer.id());
      } catch (TidemarkException e) {
        return;
      }
    }
  }

  private void closeIfDue(long page) {
    if (open.isEmpty()) {
      return;
    }
    long bytes = open.get().writer.writtenBytes();
    boolean otherSpace = PageId.ofPacked(page).spaceId() != PageId.ofPacked(lastPage).spaceId();
    if (bytes >= layerBytes || (otherSpace && bytes >= MIN_LAYER_BYTES)) {
      closeFile();
    }
  }

  private OpenFile openFile() {
    if (open.isEmpty()) {
      LayerId id = files.newId();
      ObjectUpload upload = files.startUpload(id);
      open = Optional.of(new OpenFile(upload, new LayerWriter(id, upload::append, ZSTD_LEVEL)));
    }
    return open.get();
  }

  private void closeFile() {
    if (open.isPresent()) {
      OpenFile file = open.get();
      LayerDescriptor layer = file.writer.finish(lsns.start, lsns.end, lsns.purged);
      file.upload.complete();
      written.add(layer);
      close();
    }
  }

  @Override
  public void close() {
    if (open.isPresent()) {
      open.get().writer.close();
      open.get().upload.close();
      open = Optional.empty();
    }
  }
}
