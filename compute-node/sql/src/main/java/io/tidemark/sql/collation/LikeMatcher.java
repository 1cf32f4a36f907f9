package io.tidemark.sql.collation;

/// LIKE on encoded bytes, character by character, with backtracking only to the last `%`.
final class LikeMatcher {
  private LikeMatcher() {}

  static boolean matches(Collation collation, byte[] text, byte[] pattern, int escape) {
    Charset charset = collation.charset();
    int t = 0;
    int p = 0;
    int restartPattern = -1;
    int restartText = -1;
    while (true) {
      if (p < pattern.length && pattern[p] == '%' && escape != '%') {
        p++;
        restartPattern = p;
        restartText = t;
        continue;
      }
      int consumed =
          t < text.length && p < pattern.length ? step(collation, text, t, pattern, p, escape) : -1;
      if (consumed >= 0) {
        t += charset.characterLength(text, t);
        p += consumed;
      } else if (t == text.length && p == pattern.length) {
        return true;
      } else if (restartPattern >= 0 && restartText < text.length) {
        restartText += charset.characterLength(text, restartText);
        t = restartText;
        p = restartPattern;
      } else {
        return false;
      }
    }
  }

  /// Bytes of the pattern that match the character at `t`, or -1 if it does not match.
  private static int step(
      Collation collation, byte[] text, int t, byte[] pattern, int p, int escape) {
    Charset charset = collation.charset();
    int length = charset.characterLength(pattern, p);
    int skipped = 0;
    if (escape >= 0 && charset.codePointAt(pattern, p) == escape) {
      if (p + length < pattern.length) {
        skipped = length;
        length = charset.characterLength(pattern, p + length);
      }
    } else if (pattern[p] == '_') {
      return 1;
    }
    int at = p + skipped;
    if (text[t] == pattern[at] && text[t] >= 0) {
      return skipped + length;
    }
    int textLength = charset.characterLength(text, t);
    boolean same =
        collation.characterWeight(text, t, textLength)
            == collation.characterWeight(pattern, at, length);
    return same ? skipped + length : -1;
  }
}
