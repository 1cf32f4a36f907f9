package io.tidemark.sql.table;

import io.tidemark.sql.collation.Charset;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// How a session wants columns in its results: character set and time zone. Immutable.
public final class RowOutput {
  private final @Nullable Charset charset;
  private final ZoneId zone;

  private RowOutput(@Nullable Charset charset, ZoneId zone) {
    this.charset = charset;
    this.zone = zone;
  }

  /// Texts are converted to `charset`.
  public static RowOutput of(Charset charset, ZoneId zone) {
    return new RowOutput(charset == Charset.BINARY ? null : charset, zone);
  }

  /// Texts stay as they are (`character_set_results` is NULL or binary).
  public static RowOutput unconverted(ZoneId zone) {
    return new RowOutput(null, zone);
  }

  /// Whether texts of `from` need converting.
  boolean converts(Charset from) {
    if (charset == null || charset == from || from == Charset.BINARY) {
      return false;
    }
    return !(charset == Charset.UTF8MB4 && (from == Charset.UTF8MB3 || from == Charset.ASCII));
  }

  byte[] convert(byte[] text, Charset from) {
    return charset == null ? text : charset.convert(text, from);
  }

  byte[] encode(String text, Charset own) {
    return (charset == null ? own : charset).encode(text);
  }

  ZoneId zone() {
    return zone;
  }
}
