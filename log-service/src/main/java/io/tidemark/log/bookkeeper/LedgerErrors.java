package io.tidemark.log.bookkeeper;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.bookkeeper.client.api.BKException;
import org.apache.bookkeeper.client.api.BKException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What BookKeeper's errors mean to the redo log.
final class LedgerErrors {
  static final Logger LOG = LoggerFactory.getLogger(BookKeeperLedgers.class);

  private LedgerErrors() {}

  /// The error's code; `UnexpectedConditionException` if it is none of BookKeeper's.
  static int codeOf(Throwable error) {
    Throwable cause = causeOf(error);
    return cause instanceof BKException e ? e.getCode() : Code.UnexpectedConditionException;
  }

  static TidemarkException translate(String what, Throwable error) {
    Throwable cause = causeOf(error);
    if (cause instanceof TidemarkException known) {
      return known;
    }
    String message = "bookkeeper: " + what + ": " + cause;
    return switch (codeOf(cause)) {
      case Code.NotEnoughBookiesException -> new Exhausted(message, cause);
      case Code.LedgerFencedException, Code.LedgerClosedException -> new Fenced(message, cause);
      case Code.NoSuchLedgerExistsException,
          Code.NoSuchLedgerExistsOnMetadataServerException,
          Code.NoSuchEntryException,
          Code.DigestMatchException,
          Code.DigestNotInitializedException,
          Code.UnauthorizedAccessException ->
          new Corrupt(message, cause);
      default -> new RetryLater(message, cause);
    };
  }

  private static Throwable causeOf(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
