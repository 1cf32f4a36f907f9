package io.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HarmlessErrorsTest {
  private static final String JOURNAL = "org.apache.bookkeeper.bookie.Journal";
  private static final String READING =
      "Problems reading from file (this is okay if it is the first time starting this bookie)";

  @Test
  void aJournalWithoutMarkIsNotHeard() {
    assertThat(decide(JOURNAL, READING, new FileNotFoundException("lastMark")))
        .isEqualTo(FilterReply.DENY);
  }

  @Test
  void everyOtherErrorIsHeard() {
    assertThat(decide(JOURNAL, READING, new IOException("read 3 bytes of 16")))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(JOURNAL, "Problems writing to file", new FileNotFoundException("lastMark")))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide("io.tidemark.log", READING, new FileNotFoundException("lastMark")))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  private static FilterReply decide(String logger, String message, Throwable error) {
    return new HarmlessErrors()
        .decide(
            new LoggingEvent(
                "", new LoggerContext().getLogger(logger), Level.ERROR, message, error, null));
  }
}
