package io.tidemark.sql.variable;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigInteger;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a system variable may hold. Values are kept as the text that SHOW VARIABLES prints.
public sealed interface VariableType {
  /// The text to keep for `value`.
  ///
  /// @throws Rejected 1231 for a value that is not allowed, 1232 for one of a wrong type
  String accept(String variable, Value value);

  /// What `SELECT @@variable` gives for a kept text.
  Value read(String text);

  /// Type of [#read].
  SqlType type();

  /// ON or OFF; selected as 1 or 0.
  record Bool() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value instanceof IntValue number && (number.value() == 0 || number.value() == 1)) {
        return number.value() == 1 ? "ON" : "OFF";
      }
      if (value instanceof StringValue text) {
        switch (text.asString().toUpperCase(Locale.ROOT)) {
          case "ON", "TRUE", "1" -> {
            return "ON";
          }
          case "OFF", "FALSE", "0" -> {
            return "OFF";
          }
          default -> {}
        }
      }
      throw refused(variable, value);
    }

    @Override
    public Value read(String text) {
      return IntValue.of(text.equals("ON"));
    }

    @Override
    public SqlType type() {
      return SqlType.BOOLEAN;
    }
  }

  /// An integer; values outside the range are brought into it by [#limit].
  record Int(BigInteger min, BigInteger max) implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (!(value instanceof IntValue number)) {
        throw new Rejected(MySqlError.WRONG_TYPE_FOR_VAR, variable);
      }
      return limit(exact(number)).toString();
    }

    /// The nearest number of the range; differs from `number` where MySQL warns (1292).
    public BigInteger limit(BigInteger number) {
      return number.max(min).min(max);
    }

    public static BigInteger exact(IntValue number) {
      return number.isUnsigned()
          ? new BigInteger(Long.toUnsignedString(number.value()))
          : BigInteger.valueOf(number.value());
    }

    @Override
    public Value read(String text) {
      BigInteger number = new BigInteger(text);
      return IntValue.of(number.longValue(), min.signum() >= 0);
    }

    @Override
    public SqlType type() {
      return min.signum() >= 0 ? SqlType.BIGINT_UNSIGNED : SqlType.BIGINT;
    }
  }

  /// A number with a fraction, kept with six decimals.
  record Fraction(double min, double max) implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      double number =
          switch (value) {
            case IntValue integer -> Int.exact(integer).doubleValue();
            case DecimalValue decimal -> decimal.toBigDecimal().doubleValue();
            case DoubleValue wide -> wide.value();
            case FloatValue narrow -> narrow.value();
            default -> throw new Rejected(MySqlError.WRONG_TYPE_FOR_VAR, variable);
          };
      return String.format(Locale.ROOT, "%.6f", Math.clamp(number, min, max));
    }

    @Override
    public Value read(String text) {
      return DoubleValue.of(Double.parseDouble(text), 6);
    }

    @Override
    public SqlType type() {
      return SqlType.doubleOf(0, 6, false);
    }
  }

  /// One of some words, or its number.
  record Choice(List<String> words) implements VariableType {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String accept(String variable, Value value) {
      if (value instanceof IntValue number
          && number.value() >= 0
          && number.value() < words.size()) {
        return words.get((int) number.value());
      }
      if (value instanceof StringValue text) {
        for (String word : words) {
          if (word.equalsIgnoreCase(text.asString())) {
            return word;
          }
        }
      }
      throw refused(variable, value);
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// Any text.
  record Text() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value instanceof StringValue text) {
        return text.asString();
      }
      throw new Rejected(MySqlError.WRONG_TYPE_FOR_VAR, variable);
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// The name of a character set; `NULL` for `character_set_results` alone.
  record CharsetName() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value.isNull() && variable.equals("character_set_results")) {
        return "";
      }
      if (!(value instanceof StringValue text)) {
        throw value.isNull()
            ? refused(variable, value)
            : new Rejected(MySqlError.UNKNOWN_CHARACTER_SET, value.asString());
      }
      String name = text.asString();
      return Charset.find(name)
          .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_CHARACTER_SET, name))
          .mysqlName();
    }

    @Override
    public Value read(String text) {
      return text.isEmpty() ? NullValue.NULL : textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// The name of a collation.
  record CollationName() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value.isNull()) {
        throw refused(variable, value);
      }
      Optional<Collation> collation =
          value instanceof IntValue number
              ? Collations.find((int) number.value())
              : Collations.find(value.asString());
      return collation
          .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_COLLATION, value.asString()))
          .name();
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// `SYSTEM`, an offset such as `+05:30`, or a zone of the time zone database.
  record TimeZone() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value.isNull()) {
        throw refused(variable, value);
      }
      String name = value.asString();
      if (name.equalsIgnoreCase("SYSTEM")) {
        return "SYSTEM";
      }
      return TimeZones.parse(name) instanceof ZoneOffset offset && !name.equalsIgnoreCase("UTC")
          ? offsetText(offset)
          : name;
    }

    private static String offsetText(ZoneOffset offset) {
      int minutes = Math.abs(offset.getTotalSeconds()) / 60;
      return String.format(
          Locale.ROOT,
          "%s%02d:%02d",
          offset.getTotalSeconds() < 0 ? "-" : "+",
          minutes / 60,
          minutes % 60);
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// `sql_mode`: words or their bits.
  record SqlModes() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value.isNull()) {
        throw refused(variable, value);
      }
      if (value instanceof IntValue number) {
        return SqlModeText.print(SqlModeText.ofNumber(number.value()));
      }
      return SqlModeText.print(SqlModeText.parse(value.asString()));
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// A storage engine: there is one.
  record Engine() implements VariableType {
    @Override
    public String accept(String variable, Value value) {
      if (value.isNull()) {
        throw refused(variable, value);
      }
      if (!value.asString().equalsIgnoreCase("InnoDB")) {
        throw new Rejected(MySqlError.UNKNOWN_STORAGE_ENGINE, value.asString());
      }
      return "InnoDB";
    }

    @Override
    public Value read(String text) {
      return textValue(text);
    }

    @Override
    public SqlType type() {
      return TEXT_TYPE;
    }
  }

  /// Type of texts.
  SqlType TEXT_TYPE = SqlType.varchar(1024, Collations.UTF8MB4_0900_AI_CI);

  private static Value textValue(String text) {
    return StringValue.of(text);
  }

  private static Rejected refused(String variable, Value value) {
    return new Rejected(
        MySqlError.WRONG_VALUE_FOR_VAR, variable, value.isNull() ? "NULL" : value.asString());
  }
}
