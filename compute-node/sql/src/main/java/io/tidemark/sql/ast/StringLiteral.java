package io.tidemark.sql.ast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A quoted string, escapes resolved: its bytes in the client's character set, or in the one of its
/// introducer (`_latin1'..'`). Immutable by agreement: nobody changes the array.
public final class StringLiteral implements Expression {
  private final byte[] bytes;
  private final String introducer;

  public StringLiteral(byte[] bytes, String introducer) {
    this.bytes = bytes;
    this.introducer = introducer;
  }

  public byte[] bytes() {
    return bytes;
  }

  /// Name of the character set of the introducer, lower case without the underscore; or empty.
  public String introducer() {
    return introducer;
  }

  /// The content, read as UTF-8: for names, comments and options.
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StringLiteral that
        && Arrays.equals(bytes, that.bytes)
        && introducer.equals(that.introducer);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "'" + text() + "'";
  }
}
