package io.tidemark.storage;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, written as MySQL options are: `268435456`, `256M`, `256MiB`, `1.5G`.
/// Immutable.
public record ByteSize(long bytes) {
  private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(?:i?b)?");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size out of range: " + bytes);
    }
  }

  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /// Reads a size; units are powers of 1024.
  ///
  /// @throws IllegalArgumentException in one sentence that shows a valid example
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size '" + text + "' is not a number of bytes such as 268435456, 256M or 1G");
    }
    double bytes = Double.parseDouble(matcher.group(1)) * Math.pow(1024, power(matcher.group(2)));
    if (bytes >= Long.MAX_VALUE) {
      throw new IllegalArgumentException("size '" + text + "' is too large");
    }
    return new ByteSize(Math.round(bytes));
  }

  private static int power(String unit) {
    return unit.isEmpty() ? 0 : "kmgt".indexOf(unit) + 1;
  }

  public long mebibytes() {
    return bytes >> 20;
  }

  @Override
  public String toString() {
    for (int power = 3; power > 0; power--) {
      long unit = 1L << (10 * power);
      if (bytes >= unit && bytes % unit == 0) {
        return bytes / unit + " " + "KMG".charAt(power - 1) + "iB";
      }
    }
    return bytes + " B";
  }
}
