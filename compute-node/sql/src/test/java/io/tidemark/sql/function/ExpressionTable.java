package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Rejected;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Evaluates a file of expressions, one per line, and prints expression, result, type and warnings:
/// for comparing with what another server says.
///
/// Usage: `java io.tidemark.sql.function.ExpressionTable FILE`.
final class ExpressionTable {
  private ExpressionTable() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      out.println(row(line));
    }
  }

  static String row(String expression) {
    FixedContext context = new FixedContext();
    try {
      ExpressionReader.Result result = ExpressionReader.evaluate(expression, context);
      return String.join(
          "\t",
          expression,
          show(result.value()),
          result.argument().type().toString(),
          String.join(" ; ", context.takeWarnings()));
    } catch (Rejected e) {
      return String.join("\t", expression, "ERROR " + e.error().number(), "", e.getMessage());
    } catch (IllegalArgumentException
        | IllegalStateException
        | ClassCastException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      return String.join(
          "\t",
          expression,
          "BROKEN " + e,
          "",
          e.getStackTrace().length > 0 ? e.getStackTrace()[0].toString() : "");
    }
  }

  /// As the client prints it in batch mode.
  static String show(Value value) {
    return value.isNull()
        ? "NULL"
        : value
            .asString()
            .replace("\\", "\\\\")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\0", "\\0");
  }
}
