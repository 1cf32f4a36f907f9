package io.tidemark.sql.function;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// All functions and operators by name, in any case. Operators have their sign as name: `+`, `<=>`,
/// `AND`, `IS NULL`, `NEGATE` (the sign), `BETWEEN`, `IN`, `LIKE`. Words among arguments (units,
/// LEADING, ..) are constant strings.
public final class Functions {
  private static final Map<String, FunctionDefinition> BY_NAME = new HashMap<>();

  static {
    register(ArithmeticFunctions.all());
    register(ComparisonFunctions.all());
    register(LogicFunctions.all());
    register(ControlFlowFunctions.all());
    register(BitFunctions.all());
    register(TextFunctions.all());
    register(SubstringFunctions.all());
    register(TextSearchFunctions.all());
    register(EncodingFunctions.all());
    register(MathFunctions.all());
    register(RoundingFunctions.all());
    register(SessionFunctions.all());
    register(AddressFunctions.all());
    register(TemporalFieldFunctions.all());
    register(TemporalNowFunctions.all());
    register(TemporalArithmeticFunctions.all());
    register(TemporalConversionFunctions.all());
    register(RegexpFunctions.all());
  }

  private Functions() {}

  private static void register(List<FunctionDefinition> definitions) {
    for (FunctionDefinition definition : definitions) {
      if (BY_NAME.put(definition.name(), definition) != null) {
        throw new IllegalStateException("function " + definition.name() + " is defined twice");
      }
    }
  }

  public static Optional<FunctionDefinition> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toUpperCase(Locale.ROOT)));
  }

  /// The function `name`; error 1305 if there is none. `database` is for the message, empty if
  /// there is none.
  public static FunctionDefinition get(String name, String database) {
    return find(name)
        .orElseThrow(() ->
            new Rejected(
                MySqlError.SP_DOES_NOT_EXIST,
                "FUNCTION",
                database.isEmpty() ? name : database + "." + name));
  }

  /// `CAST(x AS type)`. `target` is BIGINT or BIGINT UNSIGNED for SIGNED and UNSIGNED, VARCHAR for
  /// CHAR (with the collation of its character set), VARBINARY for BINARY, else DECIMAL, DOUBLE,
  /// FLOAT, DATE, TIME, DATETIME or YEAR. `withLength` says that CHAR(n) or BINARY(n) was written.
  public static FunctionDefinition cast(SqlType target, boolean withLength) {
    return CastFunctions.cast(target, withLength);
  }

  /// `CONVERT(x USING charset)`.
  public static FunctionDefinition convertUsing(Charset charset) {
    return CastFunctions.convertUsing(charset);
  }

  /// `x COLLATE collation`.
  public static FunctionDefinition collate(io.tidemark.sql.collation.Collation collation) {
    return CastFunctions.collate(collation);
  }

  public static Collection<FunctionDefinition> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }
}
