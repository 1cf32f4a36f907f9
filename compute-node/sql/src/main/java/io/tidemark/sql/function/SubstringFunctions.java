package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.defineText;
import static io.tidemark.sql.function.TextFunctions.bytes;
import static io.tidemark.sql.function.TextFunctions.length;
import static io.tidemark.sql.function.TextFunctions.text;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Functions that take texts apart: LEFT, RIGHT, SUBSTRING, SUBSTRING_INDEX, TRIM, LTRIM, RTRIM.
///
/// Source: MySQL manual, String Functions and Operators.
final class SubstringFunctions {
  private SubstringFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(define("LEFT", 2, SubstringFunctions::left));
    all.add(define("RIGHT", 2, SubstringFunctions::right));
    for (String name : List.of("SUBSTRING", "SUBSTR", "MID")) {
      all.add(define(name, name.equals("MID") ? 3 : 2, 3, SubstringFunctions::substring));
    }
    all.add(define("SUBSTRING_INDEX", 3, SubstringFunctions::substringIndex));
    all.add(
        defineText(
            "LTRIM",
            1,
            1,
            (a, d, c) ->
                Calls.text(d, length(a), (x, v) -> trimSpaces(bytes(v, d), d, true, false))));
    all.add(
        defineText(
            "RTRIM",
            1,
            1,
            (a, d, c) ->
                Calls.text(d, length(a), (x, v) -> trimSpaces(bytes(v, d), d, false, true))));
    all.add(define("TRIM", 1, 3, SubstringFunctions::trim));
    return List.copyOf(all);
  }

  private static Derived first(List<Argument> arguments, String name, BindContext context) {
    return CollationRules.aggregate(arguments.subList(0, 1), name, context);
  }

  /// The length that a constant argument gives the result, at most that of the first argument.
  private static long limit(List<Argument> arguments, int index, BindContext context) {
    long longest = length(arguments);
    return arguments
        .get(index)
        .constant()
        .filter(v -> !v.isNull())
        .map(v -> Math.clamp(v.toLong(context), 0, longest))
        .orElse(longest);
  }

  private static BoundFunction left(List<Argument> arguments, BindContext context) {
    Derived derived = first(arguments, "left", context);
    Charset charset = derived.collation().charset();
    return Calls.text(
        derived,
        limit(arguments, 1, context),
        (c, s, n) -> {
          byte[] text = bytes(s, derived);
          int count = Math.clamp(n.toLong(c), 0, Integer.MAX_VALUE);
          return part(derived, text, 0, charset.offsetOf(text, 0, count));
        });
  }

  private static BoundFunction right(List<Argument> arguments, BindContext context) {
    Derived derived = first(arguments, "right", context);
    Charset charset = derived.collation().charset();
    return Calls.text(
        derived,
        limit(arguments, 1, context),
        (c, s, n) -> {
          byte[] text = bytes(s, derived);
          int count = Math.clamp(n.toLong(c), 0, Integer.MAX_VALUE);
          int skipped = Math.max(0, charset.characterCount(text) - count);
          return part(derived, text, charset.offsetOf(text, 0, skipped), text.length);
        });
  }

  private static Value part(Derived derived, byte[] text, int from, int to) {
    return text(
        derived, from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to));
  }

  private static BoundFunction substring(List<Argument> arguments, BindContext context) {
    Derived derived = first(arguments, "substr", context);
    Charset charset = derived.collation().charset();
    if (arguments.size() == 2) {
      return Calls.text(
          derived,
          length(arguments),
          (c, s, p) ->
              substring(derived, charset, bytes(s, derived), p.toLong(c), Integer.MAX_VALUE));
    }
    return Calls.text(
        derived,
        limit(arguments, 2, context),
        (c, s, p, n) -> substring(derived, charset, bytes(s, derived), p.toLong(c), n.toLong(c)));
  }

  /// `position` counts from 1, or from the end if negative; 0 gives an empty text.
  private static Value substring(
      Derived derived, Charset charset, byte[] text, long position, long count) {
    if (position == 0 || count <= 0 || Math.abs(position) > text.length) {
      return StringValue.empty(derived.collation());
    }
    long skipped = position - 1;
    if (position < 0) {
      int characters = charset.characterCount(text);
      skipped = characters + position;
      if (skipped < 0) {
        return StringValue.empty(derived.collation());
      }
    }
    int from = charset.offsetOf(text, 0, (int) skipped);
    int to = charset.offsetOf(text, from, (int) Math.min(count, Integer.MAX_VALUE));
    return part(derived, text, from, to);
  }

  /// Case-sensitive; a negative count counts separators from the right.
  private static BoundFunction substringIndex(List<Argument> arguments, BindContext context) {
    Derived derived = CollationRules.aggregate(arguments.subList(0, 2), "substring_index", context);
    return Calls.text(
        derived,
        length(arguments),
        (c, s, d, n) -> {
          byte[] text = bytes(s, derived);
          byte[] separator = bytes(d, derived);
          long count = n.toLong(c);
          if (text.length == 0 || separator.length == 0 || count == 0) {
            return StringValue.empty(derived.collation());
          }
          return count > 0
              ? beforeSeparator(derived, text, separator, count)
              : afterSeparator(derived, text, separator, count);
        });
  }

  private static Value beforeSeparator(Derived derived, byte[] text, byte[] separator, long count) {
    int at = -separator.length;
    for (long i = 0; i < count; i++) {
      at = TextFunctions.indexOf(text, separator, at + separator.length);
      if (at < 0) {
        return text(derived, text);
      }
    }
    return part(derived, text, 0, at);
  }

  private static Value afterSeparator(Derived derived, byte[] text, byte[] separator, long count) {
    int end = text.length;
    for (long i = 0; i > count; i--) {
      end = lastIndexOf(text, separator, end - separator.length);
      if (end < 0) {
        return text(derived, text);
      }
    }
    return part(derived, text, end + separator.length, text.length);
  }

  private static int lastIndexOf(byte[] text, byte[] wanted, int from) {
    for (int i = from; i >= 0; i--) {
      if (startsWith(text, i, text.length, wanted)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] text, int from, int end, byte[] prefix) {
    return end - from >= prefix.length
        && Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
  }

  private static Value trimSpaces(byte[] text, Derived derived, boolean left, boolean right) {
    int from = 0;
    int to = text.length;
    while (left && from < to && text[from] == ' ') {
      from++;
    }
    while (right && to > from && text[to - 1] == ' ') {
      to--;
    }
    return part(derived, text, from, to);
  }

  /// TRIM(text), TRIM('LEADING' | 'TRAILING' | 'BOTH', text) or TRIM(side, removed, text).
  private static BoundFunction trim(List<Argument> arguments, BindContext context) {
    if (arguments.size() == 1) {
      Derived derived = first(arguments, "trim", context);
      return Calls.text(
          derived, length(arguments), (c, s) -> trimSpaces(bytes(s, derived), derived, true, true));
    }
    String side =
        arguments
            .getFirst()
            .constant()
            .map(v -> v.asString().toUpperCase(Locale.ROOT))
            .orElse("BOTH");
    boolean left = !side.equals("TRAILING");
    boolean right = !side.equals("LEADING");
    if (arguments.size() == 2) {
      Derived derived = first(arguments.subList(1, 2), "trim", context);
      return Calls.text(
          derived,
          length(arguments.subList(1, 2)),
          (c, ignored, s) -> trimSpaces(bytes(s, derived), derived, left, right));
    }
    Derived derived =
        CollationRules.aggregate(List.of(arguments.get(2), arguments.get(1)), "trim", context);
    return Calls.text(
        derived,
        length(arguments.subList(2, 3)),
        (c, ignored, removed, s) ->
            trim(derived, bytes(s, derived), bytes(removed, derived), left, right));
  }

  private static Value trim(
      Derived derived, byte[] text, byte[] removed, boolean left, boolean right) {
    int from = 0;
    int to = text.length;
    if (removed.length == 0) {
      return text(derived, text);
    }
    while (left && startsWith(text, from, to, removed)) {
      from += removed.length;
    }
    while (right
        && to - from >= removed.length
        && startsWith(text, to - removed.length, to, removed)) {
      to -= removed.length;
    }
    return part(derived, text, from, to);
  }
}
