package io.tidemark.sql.collation;

/// Walks the weights of one level through a UTF-8 text, skipping zeros. Confined to its caller.
final class UcaScanner {
  private static final int HANGUL_FIRST = 0xAC00;
  private static final int HANGUL_LAST = 0xD7A3;

  private final Uca uca = Uca.instance();
  private final char[] elements = uca.elements();
  private final byte[] text;
  private final int end;
  private final int level;
  private int offset;

  /// Table position of the next element of the current character, and how many are left.
  private int position;

  private int left;

  /// A character outside the table whose second implicit element is due, or -1.
  private int implicit = -1;

  /// Jamo of the current Hangul syllable that are due.
  private int secondJamo;

  private int thirdJamo;

  UcaScanner(byte[] text, int from, int end, int level) {
    this.text = text;
    this.offset = from;
    this.end = end;
    this.level = level;
  }

  /// The next weight that is not 0, or -1 at the end.
  int next() {
    while (true) {
      while (left > 0) {
        int weight = elements[position + level - 1];
        position += 3;
        left--;
        if (weight != 0) {
          return weight;
        }
      }
      if (implicit >= 0) {
        int weight = Uca.implicitWeight(implicit, 1, level);
        implicit = -1;
        if (weight != 0) {
          return weight;
        }
      }
      int first = advance();
      if (first != 0) {
        return first;
      }
    }
  }

  /// Moves to the next character: answers 0 if its elements are ready to read, a weight, or -1 at
  /// the end.
  private int advance() {
    if (secondJamo != 0) {
      load(secondJamo);
      secondJamo = thirdJamo;
      thirdJamo = 0;
      return 0;
    }
    if (offset >= end) {
      return -1;
    }
    int codePoint = Utf8.codePointAt(text, offset, end);
    offset += Utf8.length(text, offset, end);
    if (uca.startsContraction(codePoint)) {
      long found = uca.findContraction(codePoint, text, offset, end);
      if (found != 0) {
        offset += (int) (found >>> 32);
        loadPosition((int) found);
        return 0;
      }
    }
    if (codePoint >= HANGUL_FIRST && codePoint <= HANGUL_LAST) {
      int syllable = codePoint - HANGUL_FIRST;
      load(0x1100 + syllable / 588);
      secondJamo = 0x1161 + syllable % 588 / 28;
      int third = syllable % 28;
      thirdJamo = third == 0 ? 0 : 0x11A7 + third;
      return 0;
    }
    int found = uca.positionOf(codePoint);
    if (found != 0) {
      loadPosition(found);
      return 0;
    }
    implicit = codePoint;
    return Uca.implicitWeight(codePoint, 0, level);
  }

  private void load(int codePoint) {
    loadPosition(uca.positionOf(codePoint));
  }

  private void loadPosition(int found) {
    left = elements[found];
    position = found + 1;
  }
}
