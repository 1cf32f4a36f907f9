package io.tidemark.mysql.statement;

import io.tidemark.mysql.wire.MalformedPacket;
import io.tidemark.mysql.wire.PayloadReader;
import io.tidemark.sql.collation.Charset;

/// The named values that a client may send before the text of a query (CLIENT_QUERY_ATTRIBUTES).
/// They are checked and passed over: no function of Tidemark reads them.
public final class QueryAttributes {
  /// Least bytes of an attribute: its type and the length of its name.
  private static final int MIN_BYTES = 3;

  private QueryAttributes() {}

  /// Consumes the attributes; the text of the query follows.
  public static void skip(PayloadReader payload) {
    long count = payload.readLengthEncoded();
    long sets = payload.readLengthEncoded();
    if (sets != 1) {
      throw new MalformedPacket("one set of attributes expected, found " + sets);
    }
    if (count == 0) {
      return;
    }
    if (count > payload.remaining() / MIN_BYTES) {
      throw new MalformedPacket("too many attributes: " + count);
    }
    byte[] nulls = payload.readBytes((count + 7) / 8);
    if (payload.readByte() != 1) {
      throw new MalformedPacket("attributes without types");
    }
    int[] types = new int[(int) count];
    for (int i = 0; i < types.length; i++) {
      types[i] = payload.readShort();
      payload.skip(payload.readLengthEncoded());
    }
    for (int i = 0; i < types.length; i++) {
      if ((nulls[i >> 3] & 1 << (i & 7)) == 0) {
        ParameterDecoder.read(payload, types[i] & 0xFF, types[i] >> 8, Charset.UTF8MB4);
      }
    }
  }
}
