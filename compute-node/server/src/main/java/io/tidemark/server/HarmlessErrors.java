package io.tidemark.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.FileNotFoundException;

/// Keeps out of the log what a library calls an error although nobody has to look: BookKeeper's
/// journal has no mark of how far it is flushed at a bookie's first start, and says so. One that
/// cannot read the mark it has is heard.
///
/// Made by logback, as its configuration says. Immutable.
public final class HarmlessErrors extends Filter<ILoggingEvent> {
  private static final String JOURNAL = "org.apache.bookkeeper.bookie.Journal";
  private static final String NO_MARK =
      "Problems reading from file (this is okay if it is the first";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    boolean noMarkYet =
        event.getLoggerName().startsWith(JOURNAL)
            && event.getThrowableProxy() != null
            && event
                .getThrowableProxy()
                .getClassName()
                .equals(FileNotFoundException.class.getName())
            && event.getFormattedMessage().startsWith(NO_MARK);
    return noMarkYet ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
