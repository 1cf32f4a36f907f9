package io.tidemark.sql.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.function.FixedContext;
import io.tidemark.storage.error.Rejected;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TemporalValuesTest {
  private static final int ROUNDS = 100_000;
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private final FixedContext context = new FixedContext();

  @Test
  void countsDaysAsJavaTime() {
    LocalDate date = LocalDate.of(1, 1, 1);
    for (long day = date.toEpochDay(); day <= LocalDate.of(9999, 12, 31).toEpochDay(); day += 1) {
      long number = day + Calendar.EPOCH_DAY_NUMBER;
      DateValue value = DateValue.ofDayNumber(number);
      if (value.dayNumber() != number || day % 97 == 0) {
        LocalDate expected = LocalDate.ofEpochDay(day);
        assertThat(value.toString()).isEqualTo(expected.toString());
        assertThat(value.dayNumber()).isEqualTo(number);
      }
    }
  }

  @Test
  void readsAndPrintsMoments() {
    long seed = System.nanoTime();
    System.out.println("TemporalValuesTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      LocalDateTime expected =
          LocalDateTime.of(1 + random.nextInt(9999), 1, 1, 0, 0)
              .plusSeconds(random.nextInt(365 * 86_400))
              .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
      String text = TEXT.format(expected);
      Value value = StringValue.of(text).toDateTime(context);
      assertThat(value.asString()).as("seed %d", seed).isEqualTo(text);
      DateTimeValue moment = (DateTimeValue) value;
      assertThat(DateTimeValue.ofMicros(moment.micros(), 6)).as(text).isEqualTo(moment);
      String digits = text.replaceAll("[- :]", "");
      assertThat(StringValue.of(digits).toDateTime(context).asString()).as(digits).isEqualTo(text);
      if (expected.getYear() >= 1000) {
        assertThat(moment.toDecimal(context).toDateTime(context).asString())
            .as(digits)
            .isEqualTo(text);
      }
    }
    assertThat(context.takeWarnings()).isEmpty();
  }

  @Test
  void ordersPackedMoments() {
    Random random = new Random(42);
    for (int i = 0; i < ROUNDS; i++) {
      long a = Math.floorMod(random.nextLong(), 300_000_000_000_000_000L) + 40_000_000_000_000L;
      long b = a + random.nextInt(1000) - 500;
      DateTimeValue x = DateTimeValue.ofMicros(a, 6);
      DateTimeValue y = DateTimeValue.ofMicros(b, 6);
      assertThat(Long.compare(x.packed(), y.packed())).isEqualTo(Long.compare(a, b));
    }
  }

  @Test
  void convertsTimeZonesAsJavaTime() {
    long seed = System.nanoTime();
    System.out.println("TemporalValuesTest zones seed " + seed);
    Random random = new Random(seed);
    for (String name :
        new String[] {
          "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "+05:45", "-03:00"
        }) {
      ZoneId zone = TimeZones.parse(name);
      for (int i = 0; i < ROUNDS / 10; i++) {
        long micros =
            (long) random.nextInt(Integer.MAX_VALUE) * 1_000_000 + random.nextInt(1_000_000);
        Instant instant = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
        DateTimeValue local = TimeZones.fromEpochMicros(micros, zone, 6);
        assertThat(local.asString()).isEqualTo(TEXT.format(instant.atZone(zone)));
        long back = TimeZones.toEpochMicros(local, zone);
        assertThat(TimeZones.fromEpochMicros(back, zone, 6)).isEqualTo(local);
      }
    }
  }

  @Test
  void movesSkippedTimesToTheChange() {
    ZoneId berlin = TimeZones.parse("Europe/Berlin");
    DateTimeValue skipped = DateTimeValue.of(2024, 3, 31, 2, 30, 0, 0, 0);
    assertThat(TimeZones.isInGap(skipped, berlin)).isTrue();
    long micros = TimeZones.toEpochMicros(skipped, berlin);
    assertThat(TimeZones.fromEpochMicros(micros, berlin, 0).asString())
        .isEqualTo("2024-03-31 03:00:00");
  }

  @Test
  void refusesUnknownTimeZones() {
    for (String name : new String[] {"", "+15:00", "-14:00", "+1", "Mars/Base", "+05:60"}) {
      assertThatThrownBy(() -> TimeZones.parse(name))
          .isInstanceOf(Rejected.class)
          .hasMessage("Unknown or incorrect time zone: '" + name + "'");
    }
  }
}
