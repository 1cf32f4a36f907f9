package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.defineText;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Functions that put texts together: CONCAT, CONCAT_WS, REPEAT, SPACE, LPAD, RPAD, INSERT,
/// REPLACE, REVERSE, UPPER, LOWER, QUOTE, ELT.
///
/// Source: MySQL manual, String Functions and Operators. A result longer than `max_allowed_packet`
/// is NULL with warning 1301.
final class TextFunctions {
  private TextFunctions() {}

  static List<FunctionDefinition> all() {
    int any = FunctionDefinition.ANY_NUMBER;
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(defineText("CONCAT", 1, any, (a, d, c) -> concat(a, d)));
    all.add(defineText("CONCAT_WS", 2, any, TextFunctions::concatWs));
    for (String name : List.of("UPPER", "UCASE")) {
      all.add(
          defineText(
              name,
              1,
              1,
              (a, d, c) ->
                  Calls.text(d, length(a), (x, v) -> text(d, d.collation().toUpper(bytes(v, d))))));
    }
    for (String name : List.of("LOWER", "LCASE")) {
      all.add(
          defineText(
              name,
              1,
              1,
              (a, d, c) ->
                  Calls.text(d, length(a), (x, v) -> text(d, d.collation().toLower(bytes(v, d))))));
    }
    all.add(
        defineText(
            "REVERSE",
            1,
            1,
            (a, d, c) -> Calls.text(d, length(a), (x, v) -> text(d, reverse(bytes(v, d), d)))));
    all.add(Calls.define("REPEAT", 2, TextFunctions::repeat));
    all.add(Calls.define("SPACE", 1, TextFunctions::space));
    all.add(Calls.define("LPAD", 3, (a, c) -> pad("lpad", a, c, true)));
    all.add(Calls.define("RPAD", 3, (a, c) -> pad("rpad", a, c, false)));
    all.add(Calls.define("INSERT", 4, TextFunctions::insert));
    all.add(
        defineText(
            "REPLACE",
            3,
            3,
            (a, d, c) ->
                Calls.text(
                    d,
                    Math.max(length(a), ResultTypes.textLength(a.get(2).type())),
                    (x, s, from, to) -> replace(x, d, bytes(s, d), bytes(from, d), bytes(to, d)))));
    all.add(defineText("QUOTE", 1, 1, (a, d, c) -> quote(a, d)));
    all.add(Calls.define("ELT", 2, any, TextFunctions::elt));
    return List.copyOf(all);
  }

  static byte[] bytes(Value value, Derived derived) {
    return CollationRules.bytes(value, derived.collation());
  }

  static StringValue text(Derived derived, byte[] bytes) {
    return new StringValue(bytes, derived.collation());
  }

  /// Characters of the first argument at most.
  static long length(List<Argument> arguments) {
    return ResultTypes.textLength(arguments.getFirst().type());
  }

  /// Whether a result of `length` bytes may be made; warns otherwise.
  static boolean fits(EvalContext context, String function, long length) {
    if (length <= context.maxAllowedPacket()) {
      return true;
    }
    context.warn(MySqlError.WARN_ALLOWED_PACKET_OVERFLOWED, function, context.maxAllowedPacket());
    return false;
  }

  private static BoundFunction concat(List<Argument> arguments, Derived derived) {
    long length = arguments.stream().mapToLong(a -> ResultTypes.textLength(a.type())).sum();
    return Calls.textOfAll(
        derived,
        length,
        (c, values) -> {
          byte[][] parts = new byte[values.length][];
          long size = 0;
          for (int i = 0; i < parts.length; i++) {
            parts[i] = bytes(values[i], derived);
            size += parts[i].length;
          }
          return fits(c, "concat", size)
              ? text(derived, join(parts, parts.length, (int) size))
              : NullValue.NULL;
        });
  }

  private static byte[] join(byte[][] parts, int count, int size) {
    byte[] joined = new byte[size];
    int at = 0;
    for (int i = 0; i < count; i++) {
      System.arraycopy(parts[i], 0, joined, at, parts[i].length);
      at += parts[i].length;
    }
    return joined;
  }

  /// NULL arguments after the separator are skipped.
  private static BoundFunction concatWs(
      List<Argument> arguments, Derived derived, BindContext context) {
    long length = 0;
    for (int i = 1; i < arguments.size(); i++) {
      length += ResultTypes.textLength(arguments.get(i).type());
    }
    length += ResultTypes.textLength(arguments.getFirst().type()) * (arguments.size() - 2);
    return Calls.lenient(
        SqlType.stringOf(length, derived.collation()),
        derived.coercibility(),
        (c, values) -> {
          if (values[0].isNull()) {
            return NullValue.NULL;
          }
          byte[] separator = bytes(values[0], derived);
          byte[][] parts = new byte[values.length * 2][];
          int count = 0;
          long size = 0;
          for (int i = 1; i < values.length; i++) {
            if (values[i].isNull()) {
              continue;
            }
            if (count > 0) {
              parts[count++] = separator;
              size += separator.length;
            }
            parts[count] = bytes(values[i], derived);
            size += parts[count++].length;
          }
          return fits(c, "concat_ws", size)
              ? text(derived, join(parts, count, (int) size))
              : NullValue.NULL;
        });
  }

  private static byte[] reverse(byte[] text, Derived derived) {
    Charset charset = derived.collation().charset();
    byte[] out = new byte[text.length];
    for (int i = 0; i < text.length; ) {
      int length = charset.characterLength(text, i);
      System.arraycopy(text, i, out, text.length - i - length, length);
      i += length;
    }
    return out;
  }

  private static BoundFunction repeat(List<Argument> arguments, BindContext context) {
    Derived derived = CollationRules.aggregate(arguments.subList(0, 1), "repeat", context);
    long length =
        arguments
                .get(1)
                .constant()
                .filter(v -> !v.isNull())
                .map(v -> Math.clamp(v.toLong(context), 0, 1 << 24))
                .orElse(1 << 24)
            * length(arguments);
    return Calls.text(
        derived,
        length,
        (c, s, n) -> {
          byte[] unit = bytes(s, derived);
          long count = Math.max(0, n.toLong(c));
          if (unit.length == 0 || count == 0) {
            return StringValue.empty(derived.collation());
          }
          if (!fits(c, "repeat", count > Integer.MAX_VALUE ? count : count * unit.length)) {
            return NullValue.NULL;
          }
          byte[] out = new byte[(int) count * unit.length];
          for (int i = 0; i < out.length; i += unit.length) {
            System.arraycopy(unit, 0, out, i, unit.length);
          }
          return text(derived, out);
        });
  }

  private static BoundFunction space(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        1 << 16,
        (c, n) -> {
          long count = Math.max(0, n.toLong(c));
          if (!fits(c, "space", count)) {
            return NullValue.NULL;
          }
          byte[] out = new byte[(int) count];
          Arrays.fill(out, (byte) ' ');
          return text(derived, out);
        });
  }

  private static BoundFunction pad(
      String name, List<Argument> arguments, BindContext context, boolean left) {
    Derived derived =
        CollationRules.aggregate(List.of(arguments.get(0), arguments.get(2)), name, context);
    Charset charset = derived.collation().charset();
    long length =
        arguments
            .get(1)
            .constant()
            .filter(v -> !v.isNull())
            .map(v -> Math.clamp(v.toLong(context), 0, 1 << 24))
            .orElse(1 << 24);
    return Calls.text(
        derived,
        length,
        (c, s, n, p) -> {
          long wanted = n.toLong(c);
          if (wanted < 0) {
            return NullValue.NULL;
          }
          byte[] text = bytes(s, derived);
          int have = charset.characterCount(text);
          if (have >= wanted) {
            return text(derived, Arrays.copyOf(text, charset.offsetOf(text, 0, (int) wanted)));
          }
          byte[] unit = bytes(p, derived);
          int unitCharacters = charset.characterCount(unit);
          if (unitCharacters == 0) {
            return StringValue.empty(derived.collation());
          }
          long missing = wanted - have;
          int lastBytes = charset.offsetOf(unit, 0, (int) (missing % unitCharacters));
          long padding = missing / unitCharacters * unit.length + lastBytes;
          if (!fits(c, name, text.length + padding)) {
            return NullValue.NULL;
          }
          byte[] out = new byte[(int) (text.length + padding)];
          int from = left ? 0 : text.length;
          for (int i = 0; i < padding; i++) {
            out[from + i] = unit[i % unit.length];
          }
          System.arraycopy(text, 0, out, left ? (int) padding : 0, text.length);
          return text(derived, out);
        });
  }

  /// INSERT(text, position, length, new): nothing changes if the position is outside the text.
  private static BoundFunction insert(List<Argument> arguments, BindContext context) {
    Derived derived =
        CollationRules.aggregate(List.of(arguments.get(0), arguments.get(3)), "insert", context);
    Charset charset = derived.collation().charset();
    long length = length(arguments) + ResultTypes.textLength(arguments.get(3).type());
    return Calls.textOfAll(
        derived,
        length,
        (c, v) -> {
          byte[] text = bytes(v[0], derived);
          byte[] middle = bytes(v[3], derived);
          long position = v[1].toLong(c);
          long count = v[2].toLong(c);
          int characters = charset.characterCount(text);
          if (position < 1 || position > characters) {
            return text(derived, text);
          }
          int from = charset.offsetOf(text, 0, (int) position - 1);
          boolean toEnd = count < 0 || count > characters;
          int to = toEnd ? text.length : charset.offsetOf(text, from, (int) count);
          if (!fits(c, "insert", (long) text.length - (to - from) + middle.length)) {
            return NullValue.NULL;
          }
          byte[] out = new byte[text.length - (to - from) + middle.length];
          System.arraycopy(text, 0, out, 0, from);
          System.arraycopy(middle, 0, out, from, middle.length);
          System.arraycopy(text, to, out, from + middle.length, text.length - to);
          return text(derived, out);
        });
  }

  /// Byte for byte: REPLACE is case-sensitive whatever the collation.
  private static Value replace(
      EvalContext context, Derived derived, byte[] text, byte[] from, byte[] to) {
    if (from.length == 0 || from.length > text.length) {
      return text(derived, text);
    }
    int matches = 0;
    for (int i = indexOf(text, from, 0); i >= 0; i = indexOf(text, from, i + from.length)) {
      matches++;
    }
    if (matches == 0) {
      return text(derived, text);
    }
    long size = text.length + (long) matches * (to.length - from.length);
    if (!fits(context, "replace", size)) {
      return NullValue.NULL;
    }
    byte[] out = new byte[(int) size];
    int read = 0;
    int written = 0;
    for (int i = indexOf(text, from, 0); i >= 0; i = indexOf(text, from, read)) {
      System.arraycopy(text, read, out, written, i - read);
      written += i - read;
      System.arraycopy(to, 0, out, written, to.length);
      written += to.length;
      read = i + from.length;
    }
    System.arraycopy(text, read, out, written, text.length - read);
    return text(derived, out);
  }

  /// Offset of `wanted` at or after `from`, -1 if it is not there.
  static int indexOf(byte[] text, byte[] wanted, int from) {
    for (int i = from; i <= text.length - wanted.length; i++) {
      int j = 0;
      while (j < wanted.length && text[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  /// The text as an SQL literal; NULL is the word.
  private static BoundFunction quote(List<Argument> arguments, Derived derived) {
    return Calls.lenient(
        SqlType.stringOf(length(arguments) * 2 + 2, derived.collation()),
        derived.coercibility(),
        (c, v) -> {
          if (v[0].isNull()) {
            return StringValue.of("NULL", derived.collation());
          }
          byte[] text = bytes(v[0], derived);
          byte[] out = new byte[text.length * 2 + 2];
          int at = 0;
          out[at++] = '\'';
          for (byte b : text) {
            switch (b) {
              case '\'', '\\' -> {
                out[at++] = '\\';
                out[at++] = b;
              }
              case 0 -> {
                out[at++] = '\\';
                out[at++] = '0';
              }
              case 26 -> {
                out[at++] = '\\';
                out[at++] = 'Z';
              }
              default -> out[at++] = b;
            }
          }
          out[at++] = '\'';
          return text(derived, Arrays.copyOf(out, at));
        });
  }

  /// ELT(n, a, b, ..): the nth of the texts.
  private static BoundFunction elt(List<Argument> arguments, BindContext context) {
    Derived derived =
        CollationRules.aggregate(arguments.subList(1, arguments.size()), "elt", context);
    long length =
        arguments.stream().skip(1).mapToLong(a -> ResultTypes.textLength(a.type())).max().orElse(0);
    Collation collation = derived.collation();
    return new BoundFunction(SqlType.stringOf(length, collation), derived.coercibility()) {
      @Override
      public <R> Value evaluate(EvalContext c, Operand<R>[] operands, R row) {
        Value number = operands[0].evaluate(c, row);
        long index = number.isNull() ? 0 : number.toLong(c);
        if (index < 1 || index >= operands.length) {
          return NullValue.NULL;
        }
        Value value = operands[(int) index].evaluate(c, row);
        return value.isNull() ? value : value.toText().in(collation);
      }
    };
  }
}
