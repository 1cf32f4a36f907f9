package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;
import static io.tidemark.sql.function.TextFunctions.bytes;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;

/// Functions that answer a number about texts: LENGTH, CHAR_LENGTH, LOCATE, FIELD, FIND_IN_SET,
/// STRCMP, LIKE, ASCII, ORD.
///
/// Source: MySQL manual, String Functions and Operators.
final class TextSearchFunctions {
  private static final SqlType NUMBER = SqlType.integerOfDigits(10, false);

  private TextSearchFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(
        one("LENGTH", NUMBER, (c, s) -> IntValue.of(s.toBytes().length)),
        one("OCTET_LENGTH", NUMBER, (c, s) -> IntValue.of(s.toBytes().length)),
        one("BIT_LENGTH", NUMBER, (c, s) -> IntValue.of(s.toBytes().length * 8L)),
        one("CHAR_LENGTH", NUMBER, (c, s) -> IntValue.of(characters(s))),
        one("CHARACTER_LENGTH", NUMBER, (c, s) -> IntValue.of(characters(s))),
        one("ASCII", SqlType.integerOfDigits(3, false), (c, s) -> IntValue.of(firstByte(s))),
        one("ORD", NUMBER, (c, s) -> IntValue.of(ord(s.toText()))),
        define("LOCATE", 2, 3, TextSearchFunctions::locate),
        define("POSITION", 2, TextSearchFunctions::locate),
        define("INSTR", 2, TextSearchFunctions::instr),
        define("FIELD", 2, FunctionDefinition.ANY_NUMBER, TextSearchFunctions::field),
        define("FIND_IN_SET", 2, TextSearchFunctions::findInSet),
        define("STRCMP", 2, TextSearchFunctions::strcmp),
        define("LIKE", 2, 3, TextSearchFunctions::like));
  }

  private static long characters(Value value) {
    if (value instanceof StringValue text) {
      return text.charset().characterCount(text.bytes());
    }
    return value.toText().charset().characterCount(value.toBytes());
  }

  private static long firstByte(Value value) {
    byte[] bytes = value.toBytes();
    return bytes.length == 0 ? 0 : bytes[0] & 0xFF;
  }

  private static long ord(StringValue text) {
    byte[] bytes = text.bytes();
    if (bytes.length == 0) {
      return 0;
    }
    long number = 0;
    for (int i = 0; i < text.charset().characterLength(bytes, 0); i++) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }

  private static BoundFunction locate(List<Argument> arguments, BindContext context) {
    Collation collation =
        CollationRules.aggregate(arguments.subList(0, 2), "locate", context).collation();
    if (arguments.size() == 2) {
      return Calls.of(NUMBER, (c, wanted, s) -> IntValue.of(position(collation, s, wanted, 1)));
    }
    return Calls.of(
        NUMBER,
        (c, wanted, s, from) -> IntValue.of(position(collation, s, wanted, from.toLong(c))));
  }

  private static BoundFunction instr(List<Argument> arguments, BindContext context) {
    Collation collation = CollationRules.aggregate(arguments, "instr", context).collation();
    return Calls.of(NUMBER, (c, s, wanted) -> IntValue.of(position(collation, s, wanted, 1)));
  }

  /// Characters before the first occurrence at or after character `from`, plus one; 0 if there is
  /// none.
  private static long position(Collation collation, Value textValue, Value wantedValue, long from) {
    byte[] text = CollationRules.bytes(textValue, collation);
    byte[] wanted = CollationRules.bytes(wantedValue, collation);
    Charset charset = collation.charset();
    if (from < 1 || from - 1 > charset.characterCount(text)) {
      return 0;
    }
    if (wanted.length == 0) {
      return from;
    }
    int offset = charset.offsetOf(text, 0, (int) from - 1);
    for (long position = from; offset + wanted.length <= text.length; position++) {
      int end = offset + wanted.length;
      if (isBoundary(charset, text, end)
          && collation.compare(text, offset, end, wanted, 0, wanted.length) == 0) {
        return position;
      }
      offset += charset.characterLength(text, offset);
    }
    return 0;
  }

  private static boolean isBoundary(Charset charset, byte[] text, int offset) {
    return charset.isSingleByte() || offset == text.length || (text[offset] & 0xC0) != 0x80;
  }

  /// The index of the first argument among the others: as texts, as integers, as decimals or as
  /// doubles.
  private static BoundFunction field(List<Argument> arguments, BindContext context) {
    boolean texts = arguments.stream().allMatch(a -> a.type().isString() || a.type().isTemporal());
    boolean integers = arguments.stream().allMatch(a -> a.type().isInteger());
    boolean exact =
        arguments.stream()
            .allMatch(
                a -> ArithmeticFunctions.domain(a.type()) != ArithmeticFunctions.Domain.DOUBLE);
    ValueComparator comparator;
    if (texts) {
      comparator =
          new ValueComparator.Texts(
              CollationRules.aggregate(arguments, "field", context).collation());
    } else if (integers) {
      comparator = new ValueComparator.Integers();
    } else {
      comparator = exact ? new ValueComparator.Decimals() : new ValueComparator.Doubles();
    }
    return Calls.lenient(
        SqlType.integerOfDigits(3, false),
        Coercibility.NUMERIC,
        (c, v) -> {
          for (int i = 1; i < v.length && !v[0].isNull(); i++) {
            if (!v[i].isNull() && comparator.compare(c, v[0], v[i]) == 0) {
              return IntValue.of(i);
            }
          }
          return IntValue.ZERO;
        });
  }

  private static BoundFunction findInSet(List<Argument> arguments, BindContext context) {
    Derived derived = CollationRules.aggregate(arguments, "find_in_set", context);
    return Calls.of(
        SqlType.integerOfDigits(3, false),
        (c, s, list) ->
            IntValue.of(indexInSet(derived.collation(), bytes(s, derived), bytes(list, derived))));
  }

  private static int indexInSet(Collation collation, byte[] wanted, byte[] list) {
    if (list.length == 0) {
      return 0;
    }
    int index = 1;
    int from = 0;
    for (int i = 0; i <= list.length; i++) {
      if (i == list.length || list[i] == ',') {
        if (collation.compare(list, from, i, wanted, 0, wanted.length) == 0) {
          return index;
        }
        index++;
        from = i + 1;
      }
    }
    return 0;
  }

  private static BoundFunction strcmp(List<Argument> arguments, BindContext context) {
    Derived derived = CollationRules.aggregate(arguments, "strcmp", context);
    return Calls.of(
        SqlType.integerOfDigits(1, false),
        (c, a, b) ->
            IntValue.of(
                Integer.signum(derived.collation().compare(bytes(a, derived), bytes(b, derived)))));
  }

  /// LIKE(text, pattern[, escape]); the escape character is a constant of at most one character.
  private static BoundFunction like(List<Argument> arguments, BindContext context) {
    Derived derived = CollationRules.aggregate(arguments.subList(0, 2), "like", context);
    int escape = '\\';
    if (context.hasMode(SqlMode.NO_BACKSLASH_ESCAPES)) {
      escape = -1;
    }
    if (arguments.size() == 3) {
      Value constant =
          arguments
              .get(2)
              .constant()
              .orElseThrow(() -> new Rejected(MySqlError.WRONG_ARGUMENTS, "ESCAPE"));
      String character = constant.isNull() ? "\\" : constant.asString();
      if (character.codePointCount(0, character.length()) > 1) {
        throw new Rejected(MySqlError.WRONG_ARGUMENTS, "ESCAPE");
      }
      escape = character.isEmpty() ? -1 : character.codePointAt(0);
    }
    int escapeCharacter = escape;
    Collation collation = derived.collation();
    return new BoundFunction(SqlType.BOOLEAN) {
      @Override
      public <R> Value evaluate(EvalContext c, Operand<R>[] operands, R row) {
        Value text = operands[0].evaluate(c, row);
        if (text.isNull()) {
          return text;
        }
        Value pattern = operands[1].evaluate(c, row);
        if (pattern.isNull()) {
          return pattern;
        }
        return IntValue.of(
            collation.like(
                CollationRules.bytes(text, collation),
                CollationRules.bytes(pattern, collation),
                escapeCharacter));
      }
    };
  }
}
