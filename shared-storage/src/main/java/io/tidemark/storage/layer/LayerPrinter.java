package io.tidemark.storage.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.RecordCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// Prints layers and manifests for people. Immutable.
public final class LayerPrinter {
  private LayerPrinter() {}

  /// A line for the layer, one for each entry, and behind each of those its records.
  ///
  /// @throws Corrupt where the layer does not check; what came before is printed
  public static void print(LayerReader layer, Appendable out) {
    try {
      out.append(layer.descriptor().toString()).append('\n');
      LayerCursor cursor = layer.openCursor();
      RecordCursor records = new RecordCursor();
      while (cursor.next()) {
        LayerEntry entry = cursor.entry();
        out.append("  ").append(entry.toString());
        if (entry.kind() != EntryKind.IMAGE) {
          records.reset(entry.bytes(), entry.offset(), entry.length());
          String separator = ": ";
          while (records.next()) {
            out.append(separator).append(records.type().name());
            out.append('(')
                .append(Integer.toString(records.payloadEnd() - records.payloadStart()))
                .append(')');
            separator = ", ";
          }
        }
        out.append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A line for the manifest, one for each layer, one for each dropped tablespace.
  public static void print(Manifest manifest, Appendable out) {
    try {
      out.append(manifest.toString()).append('\n');
      for (LayerDescriptor layer : manifest.layers()) {
        out.append("  ").append(layer.toString()).append('\n');
      }
      for (Map.Entry<Integer, Lsn> drop : manifest.droppedSpaces().entrySet()) {
        out.append("  tablespace %d dropped at lsn %s%n".formatted(drop.getKey(), drop.getValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
