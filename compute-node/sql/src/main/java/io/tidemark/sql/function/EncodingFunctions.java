package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;
import static io.tidemark.sql.function.TextFunctions.bytes;
import static io.tidemark.sql.function.TextFunctions.text;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/// HEX, UNHEX, CHAR, BIN, OCT, CONV, digests, BASE64, MAKE_SET, EXPORT_SET, RANDOM_BYTES, CHARSET,
/// COLLATION, COERCIBILITY.
///
/// Source: MySQL manual, String Functions, Encryption and Compression Functions, Information
/// Functions.
final class EncodingFunctions {
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final SecureRandom RANDOM = new SecureRandom();

  private EncodingFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(define("HEX", 1, EncodingFunctions::hex));
    all.add(one("UNHEX", SqlType.stringOf(1 << 14, Collations.BINARY), EncodingFunctions::unhex));
    all.add(ascii("BIN", 1, a -> 64, (c, v) -> radix(c, v, 2)));
    all.add(ascii("OCT", 1, a -> 64, (c, v) -> radix(c, v, 8)));
    all.add(define("CONV", 3, EncodingFunctions::conv));
    all.add(
        define("CHAR", 1, FunctionDefinition.ANY_NUMBER, (a, c) -> character(Collations.BINARY)));
    all.add(ascii("MD5", 1, a -> 32, (c, v) -> HexFormat.of().formatHex(digest("MD5", v))));
    all.add(ascii("SHA1", 1, a -> 40, (c, v) -> HexFormat.of().formatHex(digest("SHA-1", v))));
    all.add(ascii("SHA", 1, a -> 40, (c, v) -> HexFormat.of().formatHex(digest("SHA-1", v))));
    all.add(define("SHA2", 2, EncodingFunctions::sha2));
    all.add(one("CRC32", SqlType.integerOfDigits(10, true), EncodingFunctions::crc32));
    all.add(
        ascii("TO_BASE64", 1, a -> ResultTypes.textLength(a.type()) * 6, (c, v) -> toBase64(v)));
    all.add(
        one(
            "FROM_BASE64",
            SqlType.stringOf(1 << 14, Collations.BINARY),
            EncodingFunctions::fromBase64));
    all.add(define("MAKE_SET", 2, FunctionDefinition.ANY_NUMBER, EncodingFunctions::makeSet));
    all.add(define("EXPORT_SET", 3, 5, EncodingFunctions::exportSet));
    all.add(
        new FunctionDefinition(
            "RANDOM_BYTES",
            1,
            1,
            Traits.VOLATILE,
            (a, c) -> Calls.of(SqlType.varbinary(1024), EncodingFunctions::randomBytes)));
    all.add(
        define(
            "CHARSET",
            1,
            (a, c) -> constant(c, shownCollation(a.getFirst()).charset().mysqlName())));
    all.add(define("COLLATION", 1, (a, c) -> constant(c, shownCollation(a.getFirst()).name())));
    all.add(
        define(
            "COERCIBILITY",
            1,
            (a, c) -> {
              Value level = IntValue.of(a.getFirst().coercibility().ordinal());
              return Calls.lenient(
                  SqlType.integerOfDigits(1, false), Coercibility.NUMERIC, (x, v) -> level);
            }));
    return List.copyOf(all);
  }

  /// How long a text about an argument gets.
  private interface Length {
    long of(Argument argument);
  }

  /// Gives an ASCII text.
  private interface Ascii {
    String apply(EvalContext context, Value value);
  }

  private static FunctionDefinition ascii(String name, int arguments, Length length, Ascii body) {
    return define(
        name,
        arguments,
        (a, c) -> {
          Derived derived = new Derived(c.connectionCollation(), Coercibility.COERCIBLE);
          return Calls.text(
              derived,
              length.of(a.getFirst()),
              (x, v) -> StringValue.of(body.apply(x, v), derived.collation()));
        });
  }

  private static BoundFunction constant(BindContext context, String text) {
    Value value = StringValue.of(text, Collations.UTF8MB3_GENERAL_CI);
    return Calls.lenient(
        SqlType.varchar(64, Collations.UTF8MB3_GENERAL_CI),
        Coercibility.SYSTEM_CONSTANT,
        (x, v) -> value);
  }

  /// Numbers and temporals count as binary here.
  private static Collation shownCollation(Argument argument) {
    return argument.type().isString() ? argument.type().collation() : Collations.BINARY;
  }

  /// Of a number its digits, also of a BIT column; of a text its bytes.
  private static BoundFunction hex(List<Argument> arguments, BindContext context) {
    SqlType type = arguments.getFirst().type();
    boolean bits = type.kind() == TypeKind.BIT;
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        bits ? 16 : ResultTypes.textLength(type) * 8,
        (c, v) ->
            StringValue.of(
                hex(bits ? IntValue.ofUnsigned(v.toLong(c)) : v, c), derived.collation()));
  }

  private static String hex(Value value, EvalContext context) {
    return switch (value) {
      case IntValue number -> Long.toHexString(number.value()).toUpperCase(Locale.ROOT);
      case DecimalValue number -> hexOfNumber(number.toDouble(context));
      case DoubleValue number -> hexOfNumber(number.value());
      case FloatValue number -> hexOfNumber((double) number.value());
      default -> UPPER.formatHex(value.toBytes());
    };
  }

  private static String hexOfNumber(double number) {
    double rounded = number > 0 ? Math.floor(number + 0.5) : Math.ceil(number - 0.5);
    if (rounded <= -0x1p63 || rounded >= 0x1p64) {
      return "FFFFFFFFFFFFFFFF";
    }
    long bits = rounded >= 0x1p63 ? (long) (rounded - 0x1p63) + Long.MIN_VALUE : (long) rounded;
    return Long.toHexString(bits).toUpperCase(Locale.ROOT);
  }

  private static Value unhex(EvalContext context, Value value) {
    byte[] digits = value.toBytes();
    byte[] out = new byte[(digits.length + 1) / 2];
    int odd = digits.length & 1;
    for (int i = 0; i < digits.length; i++) {
      int digit = Character.digit(digits[i], 16);
      if (digit < 0) {
        context.warn(MySqlError.WRONG_VALUE_FOR_TYPE, "string", value.asString(), "unhex");
        return NullValue.NULL;
      }
      int at = (i + odd) / 2;
      out[at] = (byte) (out[at] << 4 | digit);
    }
    return StringValue.binary(out);
  }

  private static String radix(EvalContext context, Value value, int radix) {
    return Long.toUnsignedString(value.toLong(context), radix);
  }

  /// CONV(number, from, to): negative bases mean signed numbers; NULL for bases that are none.
  private static BoundFunction conv(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        65,
        (c, n, fromBase, toBase) -> {
          long from = fromBase.toLong(c);
          long to = toBase.toLong(c);
          if (Math.abs(from) < 2 || Math.abs(from) > 36 || Math.abs(to) < 2 || Math.abs(to) > 36) {
            return NullValue.NULL;
          }
          long bits = parse(n.asString().strip(), (int) Math.abs(from), from < 0);
          String text =
              to < 0 ? Long.toString(bits, (int) -to) : Long.toUnsignedString(bits, (int) to);
          return StringValue.of(text.toUpperCase(Locale.ROOT), derived.collation());
        });
  }

  private static long parse(String text, int base, boolean signed) {
    int end = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    while (end < text.length()
        && Character.digit(text.charAt(end), base) >= 0
        && text.charAt(end) < 128) {
      end++;
    }
    String digits = text.substring(text.startsWith("+") ? 1 : 0, end);
    if (digits.isEmpty() || digits.equals("-")) {
      return 0;
    }
    BigInteger number = new BigInteger(digits, base);
    if (signed) {
      return number
          .max(BigInteger.valueOf(Long.MIN_VALUE))
          .min(BigInteger.valueOf(Long.MAX_VALUE))
          .longValue();
    }
    return number.abs().bitLength() > 64 ? -1L : number.longValue();
  }

  /// CHAR(n, ..): the bytes of the numbers; NULL arguments are skipped.
  static BoundFunction character(Collation collation) {
    return Calls.lenient(
        SqlType.stringOf(64, collation),
        Coercibility.COERCIBLE,
        (c, values) -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          for (Value value : values) {
            if (value.isNull()) {
              continue;
            }
            long number = value.toLong(c) & 0xFFFFFFFFL;
            for (int shift = 24; shift >= 0; shift -= 8) {
              if (number >>> shift != 0 || shift == 0) {
                out.write((int) (number >>> shift));
              }
            }
          }
          byte[] bytes = out.toByteArray();
          int invalid = collation.charset().findInvalid(bytes);
          if (invalid >= 0) {
            c.warn(
                MySqlError.INVALID_CHARACTER_STRING,
                collation.charset().mysqlName(),
                UPPER.formatHex(bytes, invalid, Math.min(bytes.length, invalid + 6)));
            return NullValue.NULL;
          }
          return new StringValue(bytes, collation);
        });
  }

  private static byte[] digest(String algorithm, Value value) {
    try {
      return MessageDigest.getInstance(algorithm).digest(value.toBytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  private static BoundFunction sha2(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        128,
        (c, v, bits) -> {
          long size = bits.toLong(c);
          if (size != 0 && size != 224 && size != 256 && size != 384 && size != 512) {
            c.warn(MySqlError.WRONG_PARAMETERS_TO_NATIVE_FCT, "sha2");
            return NullValue.NULL;
          }
          String digits = HexFormat.of().formatHex(digest("SHA-" + (size == 0 ? 256 : size), v));
          return StringValue.of(digits, derived.collation());
        });
  }

  private static Value crc32(EvalContext context, Value value) {
    CRC32 crc = new CRC32();
    crc.update(value.toBytes());
    return IntValue.ofUnsigned(crc.getValue());
  }

  /// Lines of 76 characters, as MySQL breaks them.
  private static String toBase64(Value value) {
    return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(value.toBytes());
  }

  private static Value fromBase64(EvalContext context, Value value) {
    try {
      String compact = value.asString().replaceAll("[ \\t\\r\\n]", "");
      return compact.length() % 4 == 0
          ? StringValue.binary(Base64.getDecoder().decode(compact))
          : NullValue.NULL;
    } catch (IllegalArgumentException e) {
      return NullValue.NULL;
    }
  }

  private static BoundFunction makeSet(List<Argument> arguments, BindContext context) {
    Derived derived =
        CollationRules.aggregate(arguments.subList(1, arguments.size()), "make_set", context);
    long length =
        arguments.stream().skip(1).mapToLong(a -> ResultTypes.textLength(a.type()) + 1).sum();
    return Calls.lenient(
        SqlType.stringOf(length, derived.collation()),
        derived.coercibility(),
        (c, v) -> {
          if (v[0].isNull()) {
            return NullValue.NULL;
          }
          long bits = v[0].toLong(c);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          boolean first = true;
          for (int i = 1; i < v.length && i <= 64; i++) {
            if ((bits >>> (i - 1) & 1) != 0 && !v[i].isNull()) {
              if (!first) {
                out.write(',');
              }
              first = false;
              out.writeBytes(bytes(v[i], derived));
            }
          }
          return text(derived, out.toByteArray());
        });
  }

  private static BoundFunction exportSet(List<Argument> arguments, BindContext context) {
    List<Argument> texts = arguments.subList(1, Math.min(arguments.size(), 4));
    Derived derived = CollationRules.aggregate(texts, "export_set", context);
    return Calls.textOfAll(
        derived,
        64 * 2,
        (c, v) -> {
          long bits = v[0].toLong(c);
          byte[] on = bytes(v[1], derived);
          byte[] off = bytes(v[2], derived);
          byte[] separator = v.length > 3 ? bytes(v[3], derived) : new byte[] {','};
          long wanted = v.length > 4 ? v[4].toLong(c) : 64;
          int count = wanted < 0 || wanted > 64 ? 64 : (int) wanted;
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          for (int i = 0; i < count; i++) {
            if (i > 0) {
              out.writeBytes(separator);
            }
            out.writeBytes((bits >>> i & 1) != 0 ? on : off);
          }
          return text(derived, out.toByteArray());
        });
  }

  private static Value randomBytes(EvalContext context, Value value) {
    long size = value.toLong(context);
    if (size < 1 || size > 1024) {
      throw new Rejected(MySqlError.DATA_OUT_OF_RANGE, "length", "random_bytes");
    }
    byte[] bytes = new byte[(int) size];
    RANDOM.nextBytes(bytes);
    return StringValue.binary(bytes);
  }
}
