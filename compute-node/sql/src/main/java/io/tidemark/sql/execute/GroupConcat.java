package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// GROUP_CONCAT: the texts of a group up to `group_concat_max_len` bytes, or `max_allowed_packet`
/// if that is less. With ORDER BY all rows come late, when they are sorted. Confined to the
/// statement's thread.
final class GroupConcat extends Accumulator {
  private static final int LONGEST_CHARACTER_BYTES = 4;

  private final Aggregate aggregate;
  private final Collation collation;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean refuses;
  private boolean cut;
  private long rows;

  GroupConcat(Aggregate aggregate) {
    this.aggregate = aggregate;
    this.collation = aggregate.type().collation();
    this.refuses = !aggregate.orderBy().isEmpty();
  }

  @Override
  boolean add(EvalContext context, Value[] arguments, MemoryShare share) {
    if (refuses) {
      return false;
    }
    byte[][] pieces = pieces(arguments);
    long size = 0;
    for (byte[] piece : pieces) {
      size += Math.min(piece.length, room(context));
    }
    if (!share.tryTake(size)) {
      refuses = true;
      return false;
    }
    append(context, pieces);
    return true;
  }

  @Override
  void addLate(EvalContext context, Value[] arguments) {
    append(context, pieces(arguments));
  }

  /// What a row adds to the text.
  private byte[][] pieces(Value[] arguments) {
    if (cut) {
      return new byte[0][];
    }
    byte[][] pieces = new byte[aggregate.arguments().size() + 1][];
    pieces[0] = rows == 0 ? new byte[0] : collation.charset().encode(aggregate.separator());
    for (int i = 1; i < pieces.length; i++) {
      pieces[i] = arguments[i - 1].toText().in(collation).bytes();
    }
    return pieces;
  }

  private void append(EvalContext context, byte[][] pieces) {
    rows++;
    for (byte[] piece : pieces) {
      text.write(piece, 0, (int) Math.min(piece.length, room(context)));
    }
    if (!cut && text.size() > limit(context)) {
      cut = true;
      context.warn(MySqlError.CUT_VALUE_GROUP_CONCAT, rows);
    }
  }

  /// How much of a text still matters: up to the limit, and the character that crosses it.
  private long room(EvalContext context) {
    return limit(context) + LONGEST_CHARACTER_BYTES - text.size();
  }

  private static long limit(EvalContext context) {
    return Math.min(context.groupConcatMaxLength(), context.maxAllowedPacket());
  }

  @Override
  Value result(EvalContext context) {
    if (rows == 0) {
      return NullValue.NULL;
    }
    byte[] bytes = text.toByteArray();
    if (cut) {
      bytes = Arrays.copyOf(bytes, wholeCharacters(bytes, (int) limit(context), collation));
    }
    return new StringValue(bytes, collation);
  }

  private static int wholeCharacters(byte[] bytes, int limit, Collation collation) {
    int end = 0;
    while (end < limit) {
      int next = end + collation.charset().characterLength(bytes, end);
      if (next > limit) {
        return end;
      }
      end = next;
    }
    return end;
  }
}
