package io.tidemark.sql.value;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/// Time zones by MySQL's names, and moments in them. Stored TIMESTAMP values are microseconds since
/// 1970 UTC.
public final class TimeZones {
  private static final long SECOND = 1_000_000;
  private static final long EPOCH_MICROS = Calendar.EPOCH_DAY_NUMBER * 86_400 * SECOND;
  private static final int MAX_OFFSET_MINUTES = 14 * 60;
  private static final int MIN_OFFSET_MINUTES = -(13 * 60 + 59);

  private TimeZones() {}

  /// `SYSTEM`, `+hh:mm`, `-hh:mm` or a name of the tz database; error 1298 for anything else.
  public static ZoneId parse(String name) {
    if (name.equalsIgnoreCase("SYSTEM")) {
      return ZoneId.systemDefault();
    }
    if (name.matches("[+-]\\d{1,2}:\\d{2}")) {
      int colon = name.indexOf(':');
      int minutes =
          Integer.parseInt(name.substring(1, colon)) * 60
              + Integer.parseInt(name.substring(colon + 1));
      minutes = name.charAt(0) == '-' ? -minutes : minutes;
      boolean minutesOnly = Integer.parseInt(name.substring(colon + 1)) < 60;
      if (minutesOnly && minutes >= MIN_OFFSET_MINUTES && minutes <= MAX_OFFSET_MINUTES) {
        return ZoneOffset.ofTotalSeconds(minutes * 60);
      }
    } else if (!name.isEmpty() && Character.isLetter(name.charAt(0))) {
      try {
        return ZoneId.of(name);
      } catch (DateTimeException e) {
        throw new Rejected(MySqlError.UNKNOWN_TIME_ZONE, name);
      }
    }
    throw new Rejected(MySqlError.UNKNOWN_TIME_ZONE, name);
  }

  /// The local date and time of a moment.
  public static DateTimeValue fromEpochMicros(long micros, ZoneId zone, int fsp) {
    int offset = offsetAt(micros, zone);
    return DateTimeValue.ofMicros(micros + offset * SECOND + EPOCH_MICROS, fsp);
  }

  private static int offsetAt(long micros, ZoneId zone) {
    if (zone instanceof ZoneOffset fixed) {
      return fixed.getTotalSeconds();
    }
    return zone.getRules()
        .getOffset(Instant.ofEpochSecond(Math.floorDiv(micros, SECOND)))
        .getTotalSeconds();
  }

  /// The moment of a local date and time, which must be a real date. A time that a clock change
  /// skips is the moment of the change; of a time that comes twice it is the first one.
  public static long toEpochMicros(DateTimeValue local, ZoneId zone) {
    long asUtc = local.micros() - EPOCH_MICROS;
    if (zone instanceof ZoneOffset fixed) {
      return asUtc - fixed.getTotalSeconds() * SECOND;
    }
    ZoneRules rules = zone.getRules();
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(asUtc, SECOND),
            (int) Math.floorMod(asUtc, SECOND) * 1000,
            ZoneOffset.UTC);
    ZoneOffsetTransition transition = rules.getTransition(time);
    if (transition != null && transition.isGap()) {
      return transition.toEpochSecond() * SECOND;
    }
    return asUtc - rules.getOffset(time).getTotalSeconds() * SECOND;
  }

  /// True if a skipped local time was asked for: MySQL then warns or refuses.
  public static boolean isInGap(DateTimeValue local, ZoneId zone) {
    return !(zone instanceof ZoneOffset)
        && !fromEpochMicros(toEpochMicros(local, zone), zone, 6).equals(local.withFsp(6));
  }
}
