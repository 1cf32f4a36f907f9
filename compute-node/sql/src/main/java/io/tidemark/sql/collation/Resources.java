package io.tidemark.sql.collation;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/// Opens the weight tables that ship with the module. A missing or damaged table is a broken build.
final class Resources {
  private Resources() {}

  /// Reads one table.
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  static <T> T read(String name, String magic, Reader<T> reader) {
    try (InputStream raw = Resources.class.getResourceAsStream(name)) {
      if (raw == null) {
        throw new IllegalStateException("collation table " + name + " is not in the class path");
      }
      try (DataInputStream in = new DataInputStream(new GZIPInputStream(raw, 1 << 16))) {
        StringBuilder found = new StringBuilder();
        for (int i = 0; i < 4; i++) {
          found.append((char) in.readUnsignedByte());
        }
        if (!found.toString().equals(magic)) {
          throw new IllegalStateException(
              "collation table " + name + ": magic expected " + magic + ", found " + found);
        }
        return reader.read(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException("collation table " + name + " cannot be read", e);
    }
  }
}
