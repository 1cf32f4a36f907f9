package io.tidemark.sql.collation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A character set of MySQL. Texts stay encoded bytes; this class counts, checks and converts them.
///
/// `latin1` is MySQL's: cp1252, with the five bytes that cp1252 leaves open standing for the C1
/// controls.
public enum Charset {
  UTF8MB4("utf8mb4", 4, "UTF-8 Unicode"),
  UTF8MB3("utf8mb3", 3, "UTF-8 Unicode"),
  LATIN1("latin1", 1, "cp1252 West European"),
  ASCII("ascii", 1, "US ASCII"),
  BINARY("binary", 1, "Binary pseudo charset");

  /// The top bit of each byte, which ASCII does not use.
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final String mysqlName;
  private final int maxBytes;
  private final String description;

  Charset(String mysqlName, int maxBytes, String description) {
    this.mysqlName = mysqlName;
    this.maxBytes = maxBytes;
    this.description = description;
  }

  /// The character set that MySQL calls `name`, in any case; `utf8` is `utf8mb3`.
  public static Optional<Charset> find(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "utf8mb4" -> Optional.of(UTF8MB4);
      case "utf8mb3", "utf8" -> Optional.of(UTF8MB3);
      case "latin1" -> Optional.of(LATIN1);
      case "ascii" -> Optional.of(ASCII);
      case "binary" -> Optional.of(BINARY);
      default -> Optional.empty();
    };
  }

  public String mysqlName() {
    return mysqlName;
  }

  /// What SHOW CHARACTER SET says of it.
  public String description() {
    return description;
  }

  public int maxBytesPerCharacter() {
    return maxBytes;
  }

  public boolean isSingleByte() {
    return maxBytes == 1;
  }

  public Collation defaultCollation() {
    return Collations.defaultOf(this);
  }

  /// Number of characters; a malformed byte counts as one.
  public int characterCount(byte[] text) {
    if (maxBytes == 1) {
      return text.length;
    }
    return Utf8.characterCount(text, 0, text.length);
  }

  /// Byte offset of character number `characters` counted from byte `from`, or `text.length` if
  /// there are fewer.
  public int offsetOf(byte[] text, int from, int characters) {
    if (maxBytes == 1) {
      return (int) Math.min(text.length, (long) from + characters);
    }
    return Utf8.offsetOf(text, from, characters);
  }

  /// Bytes of the character at `offset`; 1 for a malformed byte.
  public int characterLength(byte[] text, int offset) {
    return maxBytes == 1 ? 1 : Utf8.length(text, offset, text.length);
  }

  /// Offset of the first byte that is not text in this character set, or -1.
  public int findInvalid(byte[] text) {
    return switch (this) {
      case UTF8MB4 -> Utf8.findInvalid(text, 4);
      case UTF8MB3 -> Utf8.findInvalid(text, 3);
      case ASCII -> {
        for (int i = 0; i < text.length; i++) {
          if (text[i] < 0) {
            yield i;
          }
        }
        yield -1;
      }
      case LATIN1, BINARY -> -1;
    };
  }

  /// The code point of the character at `offset`; a malformed byte answers U+FFFD.
  public int codePointAt(byte[] text, int offset) {
    return switch (this) {
      case UTF8MB4, UTF8MB3 -> Utf8.codePointAt(text, offset, text.length);
      case LATIN1 -> Latin1.codePoint(text[offset]);
      case ASCII, BINARY -> text[offset] & 0xFF;
    };
  }

  /// Text as a Java string; malformed bytes become U+FFFD. Bytes of `binary` are read as ISO
  /// 8859-1.
  public String decode(byte[] text) {
    return switch (this) {
      case UTF8MB4, UTF8MB3 -> new String(text, StandardCharsets.UTF_8);
      case LATIN1 -> Latin1.decode(text);
      case ASCII -> new String(text, StandardCharsets.US_ASCII);
      case BINARY -> new String(text, StandardCharsets.ISO_8859_1);
    };
  }

  /// A Java string as text; characters that the set does not have become `?`. To `binary` it is
  /// UTF-8.
  public byte[] encode(String text) {
    return switch (this) {
      case UTF8MB4, BINARY -> text.getBytes(StandardCharsets.UTF_8);
      case UTF8MB3 -> withoutSupplementary(text).getBytes(StandardCharsets.UTF_8);
      case LATIN1 -> Latin1.encode(text);
      case ASCII -> text.getBytes(StandardCharsets.US_ASCII);
    };
  }

  /// `text`, which is in character set `from`, in this one; the same array if nothing changes.
  public byte[] convert(byte[] text, Charset from) {
    if (this == from || this == BINARY || isAscii(text)) {
      return text;
    }
    if (from == BINARY || (from == UTF8MB3 && this == UTF8MB4)) {
      return text;
    }
    return encode(from.decode(text));
  }

  /// True if every character of `text`, which is in set `from`, exists in this set.
  public boolean canEncode(byte[] text, Charset from) {
    if (this == from || this == BINARY || isAscii(text)) {
      return true;
    }
    if (this == UTF8MB4) {
      return true;
    }
    return Arrays.equals(UTF8MB4.convert(convert(text, from), this), UTF8MB4.convert(text, from));
  }

  public static boolean isAscii(byte[] text) {
    int at = 0;
    for (; at + Long.BYTES <= text.length; at += Long.BYTES) {
      if (((long) LONGS.get(text, at) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < text.length; at++) {
      if (text[at] < 0) {
        return false;
      }
    }
    return true;
  }

  private static String withoutSupplementary(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.append(c > 0xFFFF ? '?' : (char) c));
    return out.toString();
  }
}
