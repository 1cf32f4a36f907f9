package io.tidemark.storage.object;

import io.tidemark.storage.error.Exhausted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Tells a full disk from other failures of files. Java has no exception type for it: the operating
/// system's text is all there is.
public final class DiskSpace {
  private DiskSpace() {}

  /// Whether `e` says that the file system or the owner's quota is full.
  public static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space");
  }

  /// The error for a full disk: what failed, where, and how many bytes are free there.
  public static Exhausted exhausted(String what, Path path, Path root, IOException e) {
    return new Exhausted(
        "%s: %s: disk full, %s bytes free".formatted(what, path, freeBytes(root)), e);
  }

  private static String freeBytes(Path root) {
    try {
      return Long.toString(Files.getFileStore(root).getUsableSpace());
    } catch (IOException e) {
      return "unknown";
    }
  }
}
