package io.tidemark.sql.collation;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The Default Unicode Collation Element Table of Unicode 9.0, as MySQL's `utf8mb4_0900` collations
/// use it.
///
/// Source: Unicode Technical Standard #10; table `ducet.bin.gz`, made by
/// `src/test/ucadata/generate-ducet.pl` (Unicode Licence). Characters map to collation elements of
/// three weights. As in MySQL: Hangul syllables count as their Jamo; characters outside the table
/// get the implicit weights of UTS #10; contractions are matched only where their characters stand
/// side by side; "variable" characters are not ignored (NO_PAD, non-ignorable).
final class Uca {
  static final int LEVEL_PRIMARY = 1;
  static final int LEVEL_SECONDARY = 2;
  static final int LEVEL_TERTIARY = 3;

  private static final int IMPLICIT_SECONDARY = 0x20;
  private static final int IMPLICIT_TERTIARY = 0x02;
  private static final int PAGE_BITS = 8;
  private static final Uca INSTANCE = Resources.read("ducet.bin.gz", "TMUC", Uca::new);

  /// Position in `elements` of each character's elements, by page; 0 for characters outside the
  /// table.
  private final int[][] pages = new int[0x110000 >> PAGE_BITS][];

  /// Per character: number of elements, then primary, secondary, tertiary of each.
  private final char[] elements;

  /// Contractions by first code point.
  private final Map<Integer, List<Contraction>> contractions = new HashMap<>();

  /// Primary weight of each ASCII character, 0 if it is ignorable.
  private final int[] asciiPrimaries = new int[128];

  /// A sequence of characters with elements of its own; the longest comes first in its list.
  static final class Contraction {
    final int[] codePoints;
    final int position;

    Contraction(int[] codePoints, int position) {
      this.codePoints = codePoints;
      this.position = position;
    }
  }

  private Uca(DataInputStream in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != 1) {
      throw new IOException("version of the table: expected 1, found " + version);
    }
    int entries = in.readInt();
    char[] store = new char[1 << 18];
    int used = 1;
    for (int i = 0; i < entries; i++) {
      int[] codePoints = new int[in.readUnsignedByte()];
      for (int j = 0; j < codePoints.length; j++) {
        codePoints[j] = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      }
      int count = in.readUnsignedByte();
      if (used + 1 + count * 3 > store.length) {
        store = Arrays.copyOf(store, store.length * 2);
      }
      int position = used;
      store[used++] = (char) count;
      for (int j = 0; j < count; j++) {
        store[used++] = in.readChar();
        store[used++] = in.readChar();
        store[used++] = (char) in.readUnsignedByte();
      }
      add(codePoints, position);
    }
    elements = Arrays.copyOf(store, used);
    contractions.values().forEach(c -> c.sort((a, b) -> b.codePoints.length - a.codePoints.length));
    for (int i = 0; i < 128; i++) {
      asciiPrimaries[i] = elements[positionOf(i) + 1];
    }
  }

  private void add(int[] codePoints, int position) {
    if (codePoints.length == 1) {
      int page = codePoints[0] >> PAGE_BITS;
      if (pages[page] == null) {
        pages[page] = new int[1 << PAGE_BITS];
      }
      pages[page][codePoints[0] & ((1 << PAGE_BITS) - 1)] = position;
    } else {
      for (int i = 1; i < codePoints.length; i++) {
        if (codePoints[i] < 0x80) {
          throw new IllegalStateException(
              "contraction: expected no ASCII after its first character, found " + codePoints[i]);
        }
      }
      contractions
          .computeIfAbsent(codePoints[0], k -> new ArrayList<>())
          .add(new Contraction(codePoints, position));
    }
  }

  static Uca instance() {
    return INSTANCE;
  }

  /// Position of the elements of a character, 0 if it has none in the table.
  int positionOf(int codePoint) {
    int[] page = pages[codePoint >> PAGE_BITS];
    return page == null ? 0 : page[codePoint & ((1 << PAGE_BITS) - 1)];
  }

  char[] elements() {
    return elements;
  }

  /// Primary weight of an ASCII character; it has exactly one element or is ignorable.
  int asciiPrimary(int character) {
    return asciiPrimaries[character];
  }

  /// The longest contraction that starts with `codePoint` at `offset`, or position 0. The length of
  /// what it covers after the first character, in bytes, is in the upper half of the answer.
  long findContraction(int codePoint, byte[] text, int afterFirst, int end) {
    List<Contraction> candidates = contractions.get(codePoint);
    if (candidates == null) {
      return 0;
    }
    for (Contraction candidate : candidates) {
      int offset = afterFirst;
      int matched = 1;
      while (matched < candidate.codePoints.length
          && offset < end
          && Utf8.codePointAt(text, offset, end) == candidate.codePoints[matched]) {
        offset += Utf8.length(text, offset, end);
        matched++;
      }
      if (matched == candidate.codePoints.length) {
        return (long) (offset - afterFirst) << 32 | candidate.position;
      }
    }
    return 0;
  }

  /// True if a contraction may start with this character.
  boolean startsContraction(int codePoint) {
    return contractions.containsKey(codePoint);
  }

  /// First of the two implicit primary weights of a character outside the table (UTS #10, section
  /// 10.1.3).
  static int implicitBase(int codePoint) {
    if (codePoint >= 0x17000 && codePoint <= 0x18AFF) {
      return 0xFB00;
    }
    boolean core =
        (codePoint >= 0x4E00 && codePoint <= 0x9FD5)
            || (codePoint >= 0xFA0E
                && codePoint <= 0xFA29
                && (codePoint <= 0xFA0F
                    || codePoint == 0xFA11
                    || codePoint == 0xFA13
                    || codePoint == 0xFA14
                    || codePoint == 0xFA1F
                    || codePoint == 0xFA21
                    || codePoint == 0xFA23
                    || codePoint == 0xFA24
                    || codePoint >= 0xFA27));
    if (core) {
      return 0xFB40 + (codePoint >> 15);
    }
    boolean extension =
        (codePoint >= 0x3400 && codePoint <= 0x4DB5)
            || (codePoint >= 0x20000 && codePoint <= 0x2A6D6)
            || (codePoint >= 0x2A700 && codePoint <= 0x2B734)
            || (codePoint >= 0x2B740 && codePoint <= 0x2B81D)
            || (codePoint >= 0x2B820 && codePoint <= 0x2CEA1);
    return (extension ? 0xFB80 : 0xFBC0) + (codePoint >> 15);
  }

  /// Second of the two implicit primary weights.
  static int implicitRest(int codePoint) {
    return codePoint >= 0x17000 && codePoint <= 0x18AFF
        ? (codePoint - 0x17000) | 0x8000
        : (codePoint & 0x7FFF) | 0x8000;
  }

  /// Weight of an implicit element at a level: the first element has all three, the second only a
  /// primary one.
  static int implicitWeight(int codePoint, int element, int level) {
    return switch (level) {
      case LEVEL_PRIMARY -> element == 0 ? implicitBase(codePoint) : implicitRest(codePoint);
      case LEVEL_SECONDARY -> element == 0 ? IMPLICIT_SECONDARY : 0;
      default -> element == 0 ? IMPLICIT_TERTIARY : 0;
    };
  }
}
