package io.tidemark.sql.collation;

import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Builds the sort key of a PAD SPACE collation from the weights of its characters.
///
/// Such a collation compares as if the shorter text went on with spaces for ever. So the end of a
/// text is written as a space, and after every space stands one byte that says how the text goes on
/// after its run of spaces: 1 with something less than a space, 2 it ends, 3 with something
/// greater. Two keys differ there exactly where the padded texts differ later. No key is a prefix
/// of another: one that ends has a 2 where one that goes on has a 1 or a 3.
///
/// Weights are written as the bytes that UTF-8 would use for the number, which keeps their order.
final class SortKey {
  private static final byte THEN_LESS = 1;
  private static final byte THEN_END = 2;
  private static final byte THEN_GREATER = 3;

  private byte[] bytes;
  private int length;

  SortKey(int capacity) {
    bytes = new byte[Math.max(capacity, 8)];
  }

  /// The key of a text of which every byte has a weight of its own below 80, or any if weights are
  /// one byte. `weights` is null if bytes weigh what they are.
  static byte[] ofBytes(byte[] text, byte @Nullable [] weights, int space) {
    int end = text.length;
    while (end > 0 && weight(text[end - 1], weights) == space) {
      end--;
    }
    int spaces = 0;
    for (int i = 0; i < end; i++) {
      spaces += weight(text[i], weights) == space ? 1 : 0;
    }
    byte[] key = new byte[end + spaces + 2];
    int length = 0;
    byte mark = 0;
    for (int i = 0; i < end; i++) {
      int weight = weight(text[i], weights);
      key[length++] = (byte) weight;
      if (weight == space) {
        mark = mark == 0 ? markOfRun(text, i + 1, weights, space) : mark;
        key[length++] = mark;
      } else {
        mark = 0;
      }
    }
    key[length++] = (byte) space;
    key[length] = THEN_END;
    return key;
  }

  private static int weight(byte b, byte @Nullable [] weights) {
    return weights == null ? b & 0xFF : weights[b & 0xFF] & 0xFF;
  }

  /// How the text goes on after spaces; it does not end with them.
  private static byte markOfRun(byte[] text, int from, byte @Nullable [] weights, int space) {
    int i = from;
    while (weight(text[i], weights) == space) {
      i++;
    }
    return weight(text[i], weights) < space ? THEN_LESS : THEN_GREATER;
  }

  /// Appends the first `count` weights and the end. `wide` writes weights above 127 as UTF-8 would,
  /// otherwise every weight is one byte.
  SortKey appendPadded(int[] weights, int count, int space, boolean wide) {
    int end = count;
    while (end > 0 && weights[end - 1] == space) {
      end--;
    }
    byte afterSpaces = THEN_END;
    int[] marks = null;
    for (int i = end - 1; i >= 0; i--) {
      if (weights[i] == space) {
        if (marks == null) {
          marks = new int[end];
        }
        marks[i] = afterSpaces;
      } else {
        afterSpaces = weights[i] < space ? THEN_LESS : THEN_GREATER;
      }
    }
    for (int i = 0; i < end; i++) {
      append(weights[i], wide);
      if (marks != null && weights[i] == space) {
        appendByte(marks[i]);
      }
    }
    append(space, wide);
    appendByte(THEN_END);
    return this;
  }

  private void append(int weight, boolean wide) {
    if (!wide || weight < 0x80) {
      appendByte(weight);
      return;
    }
    ensure(4);
    length = Utf8.encode(weight, bytes, length);
  }

  private void appendByte(int b) {
    ensure(1);
    bytes[length++] = (byte) b;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /// The offset behind a key written by [#appendPadded].
  static int end(byte[] key, int from, int to, boolean inverted, int space, boolean wide) {
    int mask = inverted ? 0xFF : 0;
    int spaceBytes = wide ? Utf8.encodedLength(space) : 1;
    byte[] pattern = new byte[4];
    if (wide) {
      Utf8.encode(space, pattern, 0);
    } else {
      pattern[0] = (byte) space;
    }
    int at = from;
    while (at < to) {
      int first = (key[at] ^ mask) & 0xFF;
      if (first == (pattern[0] & 0xFF) && isSpace(key, at, to, mask, pattern, spaceBytes)) {
        int mark = at + spaceBytes;
        if (mark < to && ((key[mark] ^ mask) & 0xFF) == THEN_END) {
          return mark + 1;
        }
        at = mark + 1;
      } else {
        at += wide ? weightBytes(first) : 1;
      }
    }
    throw unterminated(from, to);
  }

  private static boolean isSpace(
      byte[] key, int at, int to, int mask, byte[] pattern, int spaceBytes) {
    for (int i = 0; i < spaceBytes; i++) {
      if (at + i >= to || (byte) (key[at + i] ^ mask) != pattern[i]) {
        return false;
      }
    }
    return true;
  }

  private static int weightBytes(int first) {
    if (first < 0xC0) {
      return 1;
    }
    if (first < 0xE0) {
      return 2;
    }
    return first < 0xF0 ? 3 : 4;
  }

  static Corrupt unterminated(int from, int to) {
    return new Corrupt("sort key at " + from + ": not ended before " + to);
  }
}
