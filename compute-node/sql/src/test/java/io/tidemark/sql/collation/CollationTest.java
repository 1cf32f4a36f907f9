package io.tidemark.sql.collation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CollationTest {
  private static final int ROUNDS = 60_000;

  /// Characters that make trouble: spaces, controls, accents, ignorables, expansions, Han, Hangul,
  /// supplementary.
  private static final int[] CHARACTERS = {
    ' ', ' ', 0, 1, 9, 0x1F, '!', '0', 'a', 'A', 'b', 'B', 'z', 'l', 0xB7, 0xDF, 0xC4, 0xE4, 0xE9,
    0x301, 0xAD, 0x152, 0x200B, 0x3042, 0x30A2, 0x4E00, 0x9FD5, 0xAC00, 0xD7A3, 0xFB01, 0xFFFD,
    0x10400, 0x1F600, 0x20000, 0x10FFFF
  };

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int compare(Collation collation, String a, String b) {
    return Integer.signum(collation.compare(utf8(a), utf8(b)));
  }

  private static byte[] random(Random random, Charset charset) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return charset.encode(text.toString());
  }

  @Test
  void sortKeysAndHashesAgreeWithCompare() {
    long seed = System.nanoTime();
    System.out.println("CollationTest seed " + seed);
    Random random = new Random(seed);
    for (Collation collation : Collations.all()) {
      for (int i = 0; i < ROUNDS / Collations.all().size(); i++) {
        byte[] a = random(random, collation.charset());
        byte[] b = random.nextInt(10) == 0 ? a.clone() : random(random, collation.charset());
        int order = Integer.signum(collation.compare(a, b));
        byte[] keyA = collation.sortKey(a);
        byte[] keyB = collation.sortKey(b);
        String what =
            collation + " " + Arrays.toString(a) + " " + Arrays.toString(b) + " seed " + seed;
        assertThat(Integer.signum(Arrays.compareUnsigned(keyA, keyB))).as(what).isEqualTo(order);
        assertThat(Integer.signum(collation.compare(b, a))).as(what).isEqualTo(-order);
        if (order == 0) {
          assertThat(collation.hash(a)).as(what).isEqualTo(collation.hash(b));
        } else {
          int common = Math.min(keyA.length, keyB.length);
          assertThat(Arrays.mismatch(keyA, keyB)).as(what).isBetween(0, common - 1);
        }
      }
    }
  }

  @Test
  void findsTheEndOfASortKeyInACompositeKey() {
    Random random = new Random(11);
    for (Collation collation : Collations.all()) {
      for (int i = 0; i < 2000; i++) {
        byte[] key = collation.sortKey(random(random, collation.charset()));
        byte[] composite = new byte[key.length + 5];
        random.nextBytes(composite);
        boolean inverted = random.nextBoolean();
        for (int j = 0; j < key.length; j++) {
          composite[2 + j] = (byte) (inverted ? ~key[j] : key[j]);
        }
        assertThat(collation.sortKeyEnd(composite, 2, composite.length, inverted))
            .as("%s %s", collation, Arrays.toString(key))
            .isEqualTo(2 + key.length);
      }
    }
  }

  @Test
  void comparesBytesThatAreNotText() {
    byte[] broken = {(byte) 0xE4, 'a', (byte) 0xFF, (byte) 0xF0};
    for (Collation collation : Collations.all()) {
      assertThat(collation.compare(broken, broken.clone())).isZero();
      assertThat(collation.sortKey(broken)).isNotEmpty();
      assertThat(collation.like(broken, new byte[] {'%'}, '\\')).isTrue();
    }
  }

  @Test
  void ordersAsUnicode9() {
    Collation ai = Collations.UTF8MB4_0900_AI_CI;
    assertThat(compare(ai, "a", "A")).isZero();
    assertThat(compare(ai, "é", "E")).isZero();
    assertThat(compare(ai, "ß", "ss")).isZero();
    assertThat(compare(ai, "Œ", "oe")).isZero();
    assertThat(compare(ai, "a", "a ")).isNegative();
    assertThat(compare(ai, "한", "\u1112\u1161\u11AB")).isZero();
    assertThat(compare(ai, "-", "a")).isNegative();
    assertThat(compare(ai, "9", "a")).isNegative();
    assertThat(compare(ai, "z", "α")).isNegative();
    assertThat(compare(ai, "一", "丁")).isNegative();
    assertThat(compare(ai, "\uD83D\uDE00", "\uD83D\uDE01")).isNegative();
    assertThat(compare(ai, "a\u0000b", "ab")).isZero();
    Collation cs = Collations.UTF8MB4_0900_AS_CS;
    assertThat(compare(cs, "a", "A")).isNegative();
    assertThat(compare(cs, "e", "é")).isNegative();
    assertThat(compare(cs, "ab", "Aa")).isPositive();
    assertThat(compare(Collations.UTF8MB4_0900_AS_CI, "é", "É")).isZero();
    assertThat(compare(Collations.UTF8MB4_0900_AS_CI, "é", "e")).isPositive();
  }

  @Test
  void padsWithSpacesWhereMySqlDoes() {
    for (Collation collation : Collations.all()) {
      int order = Integer.signum(collation.compare(new byte[] {'a'}, new byte[] {'a', ' '}));
      assertThat(order).as(collation.name()).isEqualTo(collation.padSpace() ? 0 : -1);
    }
    assertThat(compare(Collations.UTF8MB4_BIN, "a\t", "a")).isNegative();
    assertThat(compare(Collations.UTF8MB4_GENERAL_CI, "a\t", "a")).isNegative();
  }

  @Test
  void foldsAsGeneralCi() {
    Collation general = Collations.UTF8MB4_GENERAL_CI;
    assertThat(compare(general, "é", "E")).isZero();
    assertThat(compare(general, "ß", "s")).isZero();
    assertThat(compare(general, "ß", "ss")).isNegative();
    assertThat(compare(general, "\uD83D\uDE00", "\uD83D\uDE01")).isZero();
    assertThat(compare(Collations.UTF8MB4_UNICODE_CI, "ß", "ss")).isZero();
  }

  @Test
  void likeAgreesWithRegularExpressions() {
    long seed = System.nanoTime();
    System.out.println("CollationTest like seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder();
      StringBuilder pattern = new StringBuilder();
      StringBuilder regex = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append("abé日".charAt(random.nextInt(4)));
      }
      for (int n = random.nextInt(6); n > 0; n--) {
        int kind = random.nextInt(5);
        String letter = String.valueOf("abé日".charAt(random.nextInt(4)));
        pattern.append(kind == 0 ? "%" : kind == 1 ? "_" : kind == 2 ? "\\" + letter : letter);
        regex.append(kind == 0 ? ".*" : kind == 1 ? "." : letter);
      }
      boolean expected = Pattern.matches(regex.toString(), text);
      assertThat(Collations.UTF8MB4_BIN.like(utf8(text.toString()), utf8(pattern.toString()), '\\'))
          .as("%s LIKE %s seed %d", text, pattern, seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void mapsCaseCharacterByCharacter() {
    Collation utf8 = Collations.UTF8MB4_0900_AI_CI;
    assertThat(new String(utf8.toUpper(utf8("aéß日ÿ")), StandardCharsets.UTF_8)).isEqualTo("AÉß日Ÿ");
    assertThat(new String(utf8.toLower(utf8("AÉİȺ")), StandardCharsets.UTF_8)).isEqualTo("aéiⱥ");
    assertThat(Collations.LATIN1_SWEDISH_CI.toUpper(new byte[] {(byte) 0xE4, 'x'}))
        .isEqualTo(new byte[] {(byte) 0xC4, 'X'});
    assertThat(Collations.BINARY.toUpper(new byte[] {'a'})).isEqualTo(new byte[] {'a'});
  }

  @Test
  void findsInvalidText() {
    assertThat(Charset.UTF8MB4.findInvalid(new byte[] {'a', (byte) 0xC0, (byte) 0x80}))
        .isEqualTo(1);
    assertThat(Charset.UTF8MB4.findInvalid(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}))
        .isZero();
    assertThat(Charset.UTF8MB3.findInvalid(utf8("ab\uD83D\uDE00"))).isEqualTo(2);
    assertThat(Charset.UTF8MB4.findInvalid(utf8("ab\uD83D\uDE00"))).isEqualTo(-1);
    assertThat(Charset.LATIN1.convert(utf8("é€x日"), Charset.UTF8MB4))
        .isEqualTo(new byte[] {(byte) 0xE9, (byte) 0x80, 'x', '?'});
    assertThat(Charset.LATIN1.canEncode(utf8("日"), Charset.UTF8MB4)).isFalse();
  }
}
