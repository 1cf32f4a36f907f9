package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.Rejected;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Stores the values of a file into columns: each line has a type, an expression, and `strict` or
/// `lax`, parted by tabs. Prints them with the stored value and the numbers of warnings, or the
/// error.
///
/// Usage: `java io.tidemark.sql.function.StoreTable FILE`.
final class StoreTable {
  private static final Collation TEXT = Collations.UTF8MB4_GENERAL_CI;

  private StoreTable() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.split("\t", -1);
      out.println(row(parts[0], parts[1], parts[2]));
    }
  }

  static String row(String type, String expression, String mode) {
    FixedContext context = new FixedContext();
    if (mode.equals("lax")) {
      context.lax().without(SqlMode.STRICT_TRANS_TABLES);
    }
    SqlType target = type(type);
    String head = type + "\t" + expression + "\t" + mode + "\t";
    try {
      Value value = ExpressionReader.evaluate(expression, new FixedContext()).value();
      Value stored = Conversion.store(target, value, context);
      String warnings =
          String.join(
              " ; ", context.takeWarnings().stream().map(StoreTable::headOfWarning).toList());
      return head + show(target, stored) + (warnings.isEmpty() ? "" : "\t" + warnings);
    } catch (Rejected e) {
      return head + "ERROR " + e.error().number() + " " + e.getMessage();
    }
  }

  /// `WARNING 1265 ..` as `Warning 1265`.
  private static String headOfWarning(String warning) {
    String[] words = warning.split(" ");
    return words[0].charAt(0) + words[0].substring(1).toLowerCase(Locale.ROOT) + " " + words[1];
  }

  private static String show(SqlType type, Value value) {
    if (value.isNull()) {
      return "NULL";
    }
    if (type.kind() == TypeKind.BIT) {
      return Long.toHexString(value.toLong(new FixedContext())).toUpperCase(Locale.ROOT);
    }
    if (type.kind() == TypeKind.VARBINARY) {
      return HexFormat.of().withUpperCase().formatHex(value.toBytes());
    }
    return type.kind() == TypeKind.YEAR
        ? String.format(Locale.ROOT, "%04d", ((IntValue) value).value())
        : value.asString();
  }

  private static SqlType type(String text) {
    String name = text.replaceAll("[( ].*", "");
    boolean unsigned = text.endsWith("unsigned");
    List<Integer> sizes =
        text.contains("('")
            ? List.of()
            : List.of(text.replaceAll("[^0-9,]", "").split(",")).stream()
                .filter(s -> !s.isEmpty())
                .map(Integer::valueOf)
                .toList();
    int first = sizes.isEmpty() ? 0 : sizes.getFirst();
    int second = sizes.size() < 2 ? SqlType.UNSPECIFIED_SCALE : sizes.get(1);
    return switch (name) {
      case "tinyint", "smallint", "mediumint", "int", "bigint" ->
          SqlType.integer(TypeKind.valueOf(name.toUpperCase(Locale.ROOT)), unsigned);
      case "decimal" -> SqlType.decimal(first, second, unsigned);
      case "float" -> SqlType.floatOf(first, second, unsigned);
      case "double" -> SqlType.doubleOf(first, second, unsigned);
      case "char" -> SqlType.character(first, TEXT);
      case "varchar" -> SqlType.varchar(first, TEXT);
      case "varbinary" -> SqlType.varbinary(first);
      case "tinytext" -> SqlType.textLob(TypeKind.TINYTEXT, TEXT);
      case "date" -> SqlType.DATE;
      case "datetime" -> SqlType.datetime(first);
      case "time" -> SqlType.time(first);
      case "timestamp" -> SqlType.timestamp(first);
      case "year" -> SqlType.YEAR;
      case "bit" -> SqlType.bit(first);
      case "enum" -> SqlType.enumOf(List.of("a", "b", "42"), TEXT);
      case "set" -> SqlType.setOf(List.of("a", "b", "c"), TEXT);
      default -> throw new IllegalArgumentException(text);
    };
  }
}
