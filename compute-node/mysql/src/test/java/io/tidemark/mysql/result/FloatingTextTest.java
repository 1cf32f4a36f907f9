package io.tidemark.mysql.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.value.NumberText;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatingTextTest {
  private static String print(double value) {
    byte[] text = new byte[FloatingText.MAX_LENGTH];
    return new String(text, 0, FloatingText.print(text, 0, value), StandardCharsets.US_ASCII);
  }

  private static String print(float value) {
    byte[] text = new byte[FloatingText.MAX_LENGTH];
    return new String(text, 0, FloatingText.print(text, 0, value), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,-0",
    "1,1",
    "-1,-1",
    "0.1,0.1",
    "1e20,1e20",
    "1e-5,0.00001",
    "1e15,1e15",
    "1e14,100000000000000",
    "123456789012345,123456789012345",
    "999999999999999,999999999999999",
    "1234567890123456,1.234567890123456e15",
    "1.5e300,1.5e300",
    "1e-15,0.000000000000001",
    "1e-16,1e-16",
    "-2.5e-10,-0.00000000025",
    "1.7976931348623157e308,1.7976931348623157e308",
    "4.9e-324,5e-324",
    "9.9e-324,1e-323",
    "1.5e-323,1.5e-323",
    "0.30000000000000004,0.30000000000000004",
    "100.5,100.5"
  })
  void printsDoublesAsMySqlDoes(double value, String expected) {
    assertThat(print(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1.5,1.5",
    "0.1,0.1",
    "3.14159274,3.14159",
    "1234567,1234570",
    "16777216,16777200",
    "1e10,10000000000",
    "1e20,1e20",
    "123456.7,123457",
    "1e-5,0.00001",
    "-0.333333343,-0.333333",
    "3.4028235e38,3.40282e38"
  })
  void printsFloatsAsMySqlDoes(float value, String expected) {
    assertThat(print(value)).isEqualTo(expected);
  }

  @Test
  void printsTheSameAsTheValuesOfTheSqlLayer() {
    long seed = System.nanoTime();
    System.out.println("FloatingTextTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      double anyDouble = Double.longBitsToDouble(random.nextLong());
      double nearDouble = random.nextInt() / Math.pow(10, random.nextInt(12));
      float anyFloat = Float.intBitsToFloat(random.nextInt());
      float nearFloat = (float) nearDouble;
      if (Double.isFinite(anyDouble)) {
        assertThat(print(anyDouble)).isEqualTo(NumberText.of(anyDouble));
      }
      assertThat(print(nearDouble)).isEqualTo(NumberText.of(nearDouble));
      if (Float.isFinite(anyFloat)) {
        assertThat(print(anyFloat)).isEqualTo(NumberText.of(anyFloat));
      }
      assertThat(print(nearFloat)).isEqualTo(NumberText.of(nearFloat));
    }
  }

  @Test
  void printsFixedDecimals() {
    assertThat(FloatingText.fixedOrShortest(1.005, 2)).isEqualTo("1.00");
    assertThat(FloatingText.fixedOrShortest(0.125, 2)).isEqualTo("0.12");
    assertThat(FloatingText.fixedOrShortest(-0.001, 2)).isEqualTo("-0.00");
    assertThat(FloatingText.fixedOrShortest(1e20, 1)).isEqualTo("100000000000000000000.0");
  }

  @Test
  void printsIntegers() {
    long seed = System.nanoTime();
    System.out.println("FloatingTextTest integers seed " + seed);
    Random random = new Random(seed);
    byte[] text = new byte[32];
    for (int i = 0; i < 200_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      int end = IntegerText.print(text, 1, value);
      assertThat(new String(text, 1, end - 1, StandardCharsets.US_ASCII))
          .isEqualTo(Long.toString(value));
      end = IntegerText.printUnsigned(text, 1, value);
      assertThat(new String(text, 1, end - 1, StandardCharsets.US_ASCII))
          .isEqualTo(Long.toUnsignedString(value));
    }
    int end = IntegerText.print(text, 0, Long.MIN_VALUE);
    assertThat(new String(text, 0, end, StandardCharsets.US_ASCII))
        .isEqualTo("-9223372036854775808");
  }
}
