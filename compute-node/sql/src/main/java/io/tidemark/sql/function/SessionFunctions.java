package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/// Functions about the session and UUIDs: VERSION, DATABASE, USER, CONNECTION_ID, LAST_INSERT_ID,
/// UUID, UUID_TO_BIN, SLEEP.
///
/// Source: MySQL manual, Information Functions and Miscellaneous Functions.
final class SessionFunctions {
  private static final Collation SYSTEM = Collations.UTF8MB3_GENERAL_CI;

  private SessionFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(system("VERSION", c -> text(c.version())));
    for (String name : List.of("DATABASE", "SCHEMA")) {
      all.add(system(name, c -> c.database().map(SessionFunctions::text).orElse(NullValue.NULL)));
    }
    for (String name : List.of("USER", "SESSION_USER", "SYSTEM_USER")) {
      all.add(system(name, c -> text(c.user())));
    }
    all.add(system("CURRENT_USER", c -> text(c.currentUser())));
    all.add(system("CURRENT_ROLE", c -> text("NONE")));
    all.add(number("CONNECTION_ID", true, c -> IntValue.ofUnsigned(c.connectionId())));
    all.add(number("ROW_COUNT", false, c -> IntValue.of(c.rowCount())));
    all.add(number("FOUND_ROWS", false, c -> IntValue.of(c.foundRows())));
    all.add(
        new FunctionDefinition(
            "LAST_INSERT_ID", 0, 1, Traits.VOLATILE, SessionFunctions::lastInsertId));
    all.add(
        new FunctionDefinition(
            "UUID", 0, 0, Traits.VOLATILE, (a, c) -> constant(36, x -> text(x.newUuid()))));
    all.add(define("UUID_TO_BIN", 1, 2, SessionFunctions::uuidToBin));
    all.add(define("BIN_TO_UUID", 1, 2, SessionFunctions::binToUuid));
    all.add(
        one("IS_UUID", SqlType.BOOLEAN, (c, v) -> IntValue.of(digits(v.asString()).length == 16)));
    all.add(new FunctionDefinition("SLEEP", 1, 1, Traits.VOLATILE, (a, c) -> sleep()));
    all.add(new FunctionDefinition("BENCHMARK", 2, 2, Traits.VOLATILE, (a, c) -> benchmark()));
    return List.copyOf(all);
  }

  private static Value text(String text) {
    return StringValue.of(text, SYSTEM);
  }

  private static BoundFunction constant(long length, Calls.None body) {
    return new BoundFunction.Nullary(
        SqlType.varchar(length, SYSTEM), Coercibility.SYSTEM_CONSTANT) {
      @Override
      protected Value apply(EvalContext context) {
        return body.apply(context);
      }
    };
  }

  private static FunctionDefinition system(String name, Calls.None body) {
    return new FunctionDefinition(
        name, 0, 0, Traits.STATEMENT_CONSTANT, (a, c) -> constant(288, body));
  }

  private static FunctionDefinition number(String name, boolean unsigned, Calls.None body) {
    return new FunctionDefinition(
        name,
        0,
        0,
        Traits.STATEMENT_CONSTANT,
        (a, c) -> Calls.of(SqlType.integerOfDigits(20, unsigned), body));
  }

  private static BoundFunction lastInsertId(List<Argument> arguments, BindContext context) {
    if (arguments.isEmpty()) {
      return Calls.of(
          SqlType.BIGINT_UNSIGNED, (Calls.None) c -> IntValue.ofUnsigned(c.lastInsertId()));
    }
    return Calls.lenient(
        SqlType.BIGINT_UNSIGNED,
        Coercibility.NUMERIC,
        (c, v) -> {
          long value = v[0].isNull() ? 0 : v[0].toLong(c);
          c.setLastInsertId(value);
          return v[0].isNull() ? v[0] : IntValue.ofUnsigned(value);
        });
  }

  /// The 16 bytes of a UUID text in one of MySQL's three notations, an empty array for anything
  /// else.
  private static byte[] digits(String text) {
    String plain = text;
    if (plain.length() == 38 && plain.startsWith("{") && plain.endsWith("}")) {
      plain = plain.substring(1, 37);
    }
    if (plain.length() == 36) {
      if (plain.charAt(8) != '-'
          || plain.charAt(13) != '-'
          || plain.charAt(18) != '-'
          || plain.charAt(23) != '-') {
        return new byte[0];
      }
      plain = plain.replace("-", "");
    }
    boolean hex = plain.length() == 32 && plain.chars().allMatch(c -> HexFormat.isHexDigit(c));
    return hex ? HexFormat.of().parseHex(plain) : new byte[0];
  }

  /// Time-low and time-high change places, so that UUIDs of version 1 sort by time.
  private static byte[] swapped(byte[] uuid) {
    byte[] out = uuid.clone();
    System.arraycopy(uuid, 6, out, 0, 2);
    System.arraycopy(uuid, 4, out, 2, 2);
    System.arraycopy(uuid, 0, out, 4, 4);
    return out;
  }

  private static byte[] unswapped(byte[] uuid) {
    byte[] out = uuid.clone();
    System.arraycopy(uuid, 4, out, 0, 4);
    System.arraycopy(uuid, 2, out, 4, 2);
    System.arraycopy(uuid, 0, out, 6, 2);
    return out;
  }

  private static boolean flag(Value[] arguments, EvalContext context) {
    return arguments.length > 1 && !arguments[1].isNull() && arguments[1].isTrue(context);
  }

  private static BoundFunction uuidToBin(List<Argument> arguments, BindContext context) {
    return Calls.lenient(
        SqlType.varbinary(16),
        Coercibility.COERCIBLE,
        (c, v) -> {
          if (v[0].isNull()) {
            return v[0];
          }
          byte[] uuid = digits(v[0].asString());
          if (uuid.length != 16) {
            throw new Rejected(
                MySqlError.WRONG_VALUE_FOR_TYPE, "string", v[0].asString(), "uuid_to_bin");
          }
          return StringValue.binary(flag(v, c) ? swapped(uuid) : uuid);
        });
  }

  private static BoundFunction binToUuid(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.lenient(
        SqlType.varchar(36, derived.collation()),
        derived.coercibility(),
        (c, v) -> {
          if (v[0].isNull()) {
            return v[0];
          }
          byte[] bytes = v[0].toBytes();
          if (bytes.length != 16) {
            throw new Rejected(
                MySqlError.WRONG_VALUE_FOR_TYPE, "string", v[0].asString(), "bin_to_uuid");
          }
          String hex = HexFormat.of().formatHex(flag(v, c) ? unswapped(bytes) : bytes);
          UUID uuid =
              new UUID(
                  Long.parseUnsignedLong(hex.substring(0, 16), 16),
                  Long.parseUnsignedLong(hex.substring(16), 16));
          return StringValue.of(uuid.toString(), derived.collation());
        });
  }

  private static BoundFunction sleep() {
    return Calls.lenient(
        SqlType.integerOfDigits(1, false),
        Coercibility.NUMERIC,
        (c, v) -> {
          double seconds = v[0].isNull() ? -1 : v[0].toDouble(c);
          if (seconds < 0) {
            throw new Rejected(MySqlError.WRONG_ARGUMENTS, "sleep.");
          }
          return IntValue.of(c.sleep(seconds));
        });
  }

  private static BoundFunction benchmark() {
    return new BoundFunction(SqlType.integerOfDigits(1, false)) {
      @Override
      public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
        Value times = operands[0].evaluate(context, row);
        if (times.isNull()) {
          return times;
        }
        for (long i = times.toLong(context); i > 0; i--) {
          operands[1].evaluate(context, row);
        }
        return IntValue.ZERO;
      }
    };
  }
}
