package io.tidemark.sql.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.function.FixedContext;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalMathTest {
  private static final int ROUNDS = 100_000;

  private final FixedContext context = new FixedContext();

  private static BigDecimal random(Random random) {
    int digits = random.nextInt(3) == 0 ? random.nextInt(36) + 1 : random.nextInt(19) + 1;
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    for (int i = 0; i < digits; i++) {
      text.append(random.nextInt(4) == 0 ? '9' : (char) ('0' + random.nextInt(10)));
    }
    return new BigDecimal(
        new BigInteger(text.toString()), random.nextInt(Math.min(digits, 12) + 1));
  }

  @Test
  void agreesWithBigDecimal() {
    long seed = System.nanoTime();
    System.out.println("DecimalMathTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      BigDecimal x = random(random);
      BigDecimal y = random(random);
      DecimalValue a = DecimalValue.of(x);
      DecimalValue b = DecimalValue.of(y);
      String what = x.toPlainString() + " and " + y.toPlainString() + " seed " + seed;
      assertThat(DecimalMath.add(a, b).toBigDecimal()).as(what).isEqualByComparingTo(x.add(y));
      assertThat(DecimalMath.subtract(a, b).toBigDecimal())
          .as(what)
          .isEqualByComparingTo(x.subtract(y));
      if (x.precision() + y.precision() < 65) {
        assertThat(DecimalMath.multiply(a, b).toBigDecimal())
            .as(what)
            .isEqualByComparingTo(x.multiply(y));
      }
      assertThat(DecimalMath.compare(a, b)).as(what).isEqualTo(x.compareTo(y));
      int scale = random.nextInt(15) - 3;
      assertThat(DecimalMath.round(a, scale).toBigDecimal())
          .as(what)
          .isEqualByComparingTo(x.setScale(scale, RoundingMode.HALF_UP));
      assertThat(DecimalMath.truncate(a, scale).toBigDecimal())
          .as(what)
          .isEqualByComparingTo(x.setScale(scale, RoundingMode.DOWN));
      assertThat(a.asString()).as(what).isEqualTo(x.toPlainString());
      assertThat(a.toDouble(context)).as(what).isEqualTo(x.doubleValue());
      if (y.signum() != 0) {
        divides(x, y, a, b, what);
      }
    }
  }

  /// The quotient has more decimals than it shows, all of them right.
  private void divides(BigDecimal x, BigDecimal y, DecimalValue a, DecimalValue b, String what) {
    DecimalValue quotient = DecimalMath.divide(a, b, 4);
    assertThat(quotient.toBigDecimal())
        .as(what)
        .isEqualByComparingTo(x.divide(y, quotient.scale(), RoundingMode.DOWN));
    assertThat(quotient.displayScale()).as(what).isEqualTo(Math.min(30, x.scale() + 4));
    assertThat(DecimalMath.remainder(a, b).toBigDecimal())
        .as(what)
        .isEqualByComparingTo(x.remainder(y));
    assertThat(DecimalMath.divideToInteger(a, b))
        .as(what)
        .isEqualTo(x.divideToIntegralValue(y).toBigInteger());
  }

  @Test
  void readsTheTextsItPrints() {
    long seed = System.nanoTime();
    System.out.println("DecimalMathTest text seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      BigDecimal number = random(random);
      StringValue text = StringValue.of(number.toPlainString());
      assertThat(text.toDecimal(context).toBigDecimal()).isEqualTo(number);
      assertThat(text.toDouble(context)).isEqualTo(number.doubleValue());
    }
    assertThat(context.takeWarnings()).isEmpty();
  }

  @Test
  void printsDoublesThatReadBack() {
    long seed = System.nanoTime();
    System.out.println("DecimalMathTest double seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text = NumberText.of(number);
        assertThat(StringValue.of(text).toDouble(context)).as(text).isEqualTo(number);
      }
    }
  }

  @Test
  void refusesMoreThan65Digits() {
    DecimalValue large = DecimalValue.of(new BigDecimal("9".repeat(65)));
    assertThat(large.asString()).isEqualTo("9".repeat(65));
    assertThatThrownBy(() -> DecimalMath.add(large, large))
        .isInstanceOf(Rejected.class)
        .hasMessageStartingWith("DECIMAL value is out of range");
    assertThatThrownBy(() -> DecimalMath.multiply(large, large)).isInstanceOf(Rejected.class);
  }
}
