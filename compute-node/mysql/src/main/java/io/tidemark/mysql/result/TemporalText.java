package io.tidemark.mysql.result;

/// Prints temporal values as MySQL does. Immutable.
final class TemporalText {
  /// Longest text: a DATETIME(6).
  static final int MAX_LENGTH = 32;

  private TemporalText() {}

  static int printDate(byte[] target, int offset, int year, int month, int day) {
    int at = IntegerText.printPadded(target, offset, year, 4);
    target[at++] = '-';
    at = IntegerText.printPadded(target, at, month, 2);
    target[at++] = '-';
    return IntegerText.printPadded(target, at, day, 2);
  }

  /// Prints `hh:mm:ss` with `fsp` digits of the fraction.
  static int printTime(
      byte[] target, int offset, int hours, int minutes, int seconds, int microseconds, int fsp) {
    int at = IntegerText.printPadded(target, offset, hours, 2);
    target[at++] = ':';
    at = IntegerText.printPadded(target, at, minutes, 2);
    target[at++] = ':';
    at = IntegerText.printPadded(target, at, seconds, 2);
    if (fsp == 0) {
      return at;
    }
    target[at] = '.';
    IntegerText.printPadded(target, at + 1, microseconds, 6);
    return at + 1 + fsp;
  }
}
