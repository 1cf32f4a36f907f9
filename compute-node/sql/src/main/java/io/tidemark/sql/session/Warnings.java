package io.tidemark.sql.session;

import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.List;

/// The diagnostics of the last statement, as SHOW WARNINGS shows them. Confined to the session's
/// thread.
public final class Warnings {
  private final List<Warning> list = new ArrayList<>();
  private int limit = 1024;
  private int count;
  private int errorCount;

  /// Forgets everything, at the start of a statement that is not itself about diagnostics.
  /// `maxErrorCount` is the variable `max_error_count`: how many are kept; all are counted.
  public void clear(int maxErrorCount) {
    if (count > 0) {
      list.clear();
      count = 0;
      errorCount = 0;
    }
    limit = maxErrorCount;
  }

  public void add(Level level, MySqlError error, Object... arguments) {
    add(level, error.number(), error.format(arguments));
  }

  public void add(Level level, int number, String message) {
    count++;
    if (level == Level.ERROR) {
      errorCount++;
    }
    if (list.size() < limit) {
      list.add(new Warning(level, number, message));
    }
  }

  /// Forgets those behind the first `first`, which a repeated evaluation would give again.
  public void truncate(int first) {
    while (count > first) {
      count--;
      if (count < list.size()) {
        Warning last = list.removeLast();
        errorCount -= last.level() == Level.ERROR ? 1 : 0;
      }
    }
  }

  public int count() {
    return count;
  }

  public int errorCount() {
    return errorCount;
  }

  public List<Warning> list() {
    return List.copyOf(list);
  }

  /// How grave a diagnostic is.
  public enum Level {
    NOTE("Note"),
    WARNING("Warning"),
    ERROR("Error");

    private final String title;

    Level(String title) {
      this.title = title;
    }

    /// As SHOW WARNINGS spells it.
    public String title() {
      return title;
    }
  }

  /// One row of SHOW WARNINGS.
  public record Warning(Level level, int number, String message) {}
}
