package io.tidemark.sql.function;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Reads and evaluates constant expressions of the test tables: literals, operators, calls, CAST,
/// CASE, INTERVAL.
final class ExpressionReader {
  /// A value with what binding must know of it.
  record Result(Argument argument, Value value) {}

  private final String text;
  private final FixedContext context;
  private int at;

  private ExpressionReader(String text, FixedContext context) {
    this.text = text;
    this.context = context;
  }

  static Result evaluate(String text, FixedContext context) {
    ExpressionReader reader = new ExpressionReader(text, context);
    Result result = reader.expression(0);
    reader.blanks();
    if (reader.at != text.length()) {
      throw new IllegalArgumentException("not read: " + text.substring(reader.at));
    }
    return result;
  }

  private static final List<List<String>> INFIX =
      List.of(
          List.of("OR", "||"),
          List.of("XOR"),
          List.of("AND", "&&"),
          List.of("NOT"),
          List.of("BETWEEN"),
          List.of(
              "<=>", "<>", "!=", "<=", ">=", "=", "<", ">", "IS", "LIKE", "REGEXP", "RLIKE", "IN"),
          List.of("|"),
          List.of("&"),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%", "DIV", "MOD"),
          List.of("^"));

  private Result expression(int level) {
    if (level == INFIX.size()) {
      return unary();
    }
    if (level == 3) {
      return takeWord("NOT") ? call("NOT", expression(3)) : expression(4);
    }
    Result left = expression(level + 1);
    while (true) {
      int start = at;
      boolean negated = level >= 4 && level <= 5 && takeWord("NOT");
      String operator = takeOperator(INFIX.get(level));
      if (operator.isEmpty()) {
        at = start;
        return left;
      }
      Result result = infix(operator, left, level);
      left = negated ? call("NOT", result) : result;
    }
  }

  private Result infix(String operator, Result left, int level) {
    switch (operator) {
      case "BETWEEN" -> {
        Result low = expression(level + 1);
        expectWord("AND");
        return call("BETWEEN", left, low, expression(level + 1));
      }
      case "IS" -> {
        boolean not = takeWord("NOT");
        String test = word();
        return call("IS " + (not ? "NOT " : "") + test, left);
      }
      case "IN" -> {
        List<Result> list = new ArrayList<>();
        list.add(left);
        expect("(");
        list.addAll(arguments());
        return call("IN", list);
      }
      case "LIKE" -> {
        Result pattern = expression(level + 1);
        return takeWord("ESCAPE")
            ? call("LIKE", left, pattern, unary())
            : call("LIKE", left, pattern);
      }
      case "+", "-" -> {
        if (takeWord("INTERVAL")) {
          Result amount = expression(0);
          return call(
              operator.equals("+") ? "DATE_ADD" : "DATE_SUB", left, amount, keyword(word()));
        }
        return call(operator, left, expression(level + 1));
      }
      case "!=" -> {
        return call("<>", left, expression(level + 1));
      }
      case "MOD" -> {
        return call("%", left, expression(level + 1));
      }
      case "&&", "||" -> {
        return call(operator.equals("&&") ? "AND" : "OR", left, expression(level + 1));
      }
      default -> {
        return call(operator, left, expression(level + 1));
      }
    }
  }

  private Result unary() {
    if (take("-")) {
      Result operand = unary();
      if (operand.value() instanceof IntValue number
          && number.isUnsigned()
          && number.value() == Long.MIN_VALUE) {
        return literal(SqlType.BIGINT, IntValue.of(Long.MIN_VALUE));
      }
      return negative(operand);
    }
    if (take("~")) {
      return call("~", unary());
    }
    if (take("!")) {
      return call("NOT", unary());
    }
    if (take("+")) {
      return unary();
    }
    Result result = primary();
    while (takeWord("COLLATE")) {
      result =
          bound(
              Functions.collate(Collations.find(word().toLowerCase(Locale.ROOT)).orElseThrow()),
              List.of(result));
    }
    return result;
  }

  /// The sign of a literal belongs to the literal.
  private Result negative(Result operand) {
    Result negated = call("NEGATE", operand);
    return operand.argument().isConstant() && operand.argument().type().isNumeric()
        ? literal(operand.argument().type(), negated.value())
        : negated;
  }

  private Result primary() {
    blanks();
    char c = text.charAt(at);
    if (c == '(') {
      at++;
      Result inner = expression(0);
      expect(")");
      return inner;
    }
    if (c == '\'') {
      return string();
    }
    if (Character.isDigit(c) || c == '.') {
      return number();
    }
    if ((c == 'x' || c == 'X' || c == 'b' || c == 'B')
        && at + 1 < text.length()
        && text.charAt(at + 1) == '\'') {
      return bits(c);
    }
    if (c == '_') {
      return introduced();
    }
    return named(word());
  }

  private Result introduced() {
    at++;
    Charset charset = Charset.find(word().toLowerCase(Locale.ROOT)).orElseThrow();
    Result literal = primary();
    StringValue value = new StringValue(literal.value().toBytes(), charset.defaultCollation());
    return literal(
        SqlType.varchar(charset.characterCount(value.bytes()), value.collation()), value);
  }

  private Result string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      char c = text.charAt(at++);
      if (c == '\'') {
        if (at < text.length() && text.charAt(at) == '\'') {
          at++;
        } else {
          break;
        }
      } else if (c == '\\') {
        char escaped = text.charAt(at++);
        c =
            switch (escaped) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              case '0' -> '\0';
              case 'Z' -> '\032';
              default -> escaped;
            };
        if (escaped == '%' || escaped == '_') {
          out.append('\\');
        }
      }
      out.append(c);
    }
    String content = out.toString();
    return literal(
        SqlType.varchar(content.codePointCount(0, content.length()), context.connectionCollation()),
        StringValue.of(content, context.connectionCollation()));
  }

  private Result number() {
    int start = at;
    if (text.startsWith("0x", at)) {
      at += 2;
      int from = at;
      while (at < text.length() && HexFormat.isHexDigit(text.charAt(at))) {
        at++;
      }
      return hex(text.substring(from, at));
    }
    boolean point = false;
    boolean exponent = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '.') {
        point = true;
      } else if (c == 'e' || c == 'E') {
        exponent = true;
        if (text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+') {
          at++;
        }
      } else if (!Character.isDigit(c)) {
        break;
      }
      at++;
    }
    String digits = text.substring(start, at);
    if (exponent) {
      return literal(SqlType.DOUBLE, DoubleValue.of(Double.parseDouble(digits)));
    }
    BigDecimal exact = new BigDecimal(digits);
    BigInteger whole = exact.toBigInteger();
    if (point || whole.bitLength() > 64) {
      int scale = Math.max(exact.scale(), 0);
      int precision = Math.max(exact.precision(), scale);
      return literal(SqlType.decimal(precision, scale), DecimalValue.of(exact));
    }
    boolean unsigned = whole.bitLength() > 63;
    return literal(
        SqlType.integerOfDigits(digits.length(), unsigned),
        IntValue.of(whole.longValue(), unsigned));
  }

  private Result bits(char kind) {
    at += 2;
    int end = text.indexOf('\'', at);
    String digits = text.substring(at, end);
    at = end + 1;
    if (kind == 'x' || kind == 'X') {
      return hex(digits);
    }
    return literal(
        SqlType.varbinary((digits.length() + 7) / 8),
        BitValue.of(Long.parseLong(digits, 2), digits.length()));
  }

  private Result hex(String digits) {
    byte[] bytes = HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    return literal(SqlType.varbinary(bytes.length), new BitValue(bytes));
  }

  private Result named(String name) {
    switch (name) {
      case "NULL" -> {
        return literal(SqlType.NULL, NullValue.NULL);
      }
      case "TRUE" -> {
        return literal(SqlType.integerOfDigits(1, false), IntValue.ONE);
      }
      case "FALSE" -> {
        return literal(SqlType.integerOfDigits(1, false), IntValue.ZERO);
      }
      case "CASE" -> {
        return caseExpression();
      }
      case "DATE", "TIME", "TIMESTAMP" -> {
        blanks();
        if (text.charAt(at) == '\'') {
          return temporal(name, string().value());
        }
      }
      case "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_USER" -> {
        blanks();
        if (at == text.length() || text.charAt(at) != '(') {
          return call(name);
        }
      }
      case "BINARY" -> {
        return bound(Functions.cast(SqlType.varbinary(0), false), List.of(unary()));
      }
      default -> {}
    }
    expect("(");
    return special(name);
  }

  private Result temporal(String name, Value text) {
    Value value =
        switch (name) {
          case "DATE" -> text.toDate(context);
          case "TIME" -> text.toTime(context);
          default -> text.toDateTime(context);
        };
    int fsp = value instanceof io.tidemark.sql.value.TemporalValue t ? t.fsp() : 0;
    SqlType type =
        switch (name) {
          case "DATE" -> SqlType.DATE;
          case "TIME" -> SqlType.time(fsp);
          default -> SqlType.datetime(fsp);
        };
    return literal(type, value);
  }

  private Result caseExpression() {
    List<Result> parts = new ArrayList<>();
    boolean operand = !takeWord("WHEN");
    if (operand) {
      parts.add(expression(0));
      expectWord("WHEN");
    }
    do {
      parts.add(expression(0));
      expectWord("THEN");
      parts.add(expression(0));
    } while (takeWord("WHEN"));
    if (takeWord("ELSE")) {
      parts.add(expression(0));
    }
    expectWord("END");
    return call(operand ? "CASE OPERAND" : "CASE", parts);
  }

  /// After the name and the parenthesis.
  private Result special(String name) {
    switch (name) {
      case "CAST" -> {
        Result operand = expression(0);
        expectWord("AS");
        return cast(operand);
      }
      case "CONVERT" -> {
        Result operand = expression(0);
        if (takeWord("USING")) {
          FunctionDefinition using =
              Functions.convertUsing(Charset.find(word().toLowerCase(Locale.ROOT)).orElseThrow());
          expect(")");
          return bound(using, List.of(operand));
        }
        expect(",");
        return cast(operand);
      }
      case "EXTRACT" -> {
        Result unit = keyword(word());
        expectWord("FROM");
        Result operand = expression(0);
        expect(")");
        return call("EXTRACT", unit, operand);
      }
      case "TIMESTAMPDIFF", "TIMESTAMPADD" -> {
        Result unit = keyword(word());
        expect(",");
        List<Result> all = new ArrayList<>(List.of(unit));
        all.addAll(arguments());
        return call(name, all);
      }
      case "DATE_ADD", "DATE_SUB", "ADDDATE", "SUBDATE" -> {
        Result date = expression(0);
        expect(",");
        if (!takeWord("INTERVAL")) {
          Result days = expression(0);
          expect(")");
          return call(name, date, days);
        }
        Result amount = expression(0);
        Result unit = keyword(word());
        expect(")");
        return call(name, date, amount, unit);
      }
      case "TRIM" -> {
        return trim();
      }
      case "POSITION" -> {
        Result wanted = expression(6);
        expectWord("IN");
        Result operand = expression(0);
        expect(")");
        return call("LOCATE", wanted, operand);
      }
      case "SUBSTRING" -> {
        Result operand = expression(0);
        List<Result> all = new ArrayList<>(List.of(operand));
        if (takeWord("FROM")) {
          all.add(expression(0));
          if (takeWord("FOR")) {
            all.add(expression(0));
          }
          expect(")");
        } else {
          expect(",");
          all.addAll(arguments());
        }
        return call(name, all);
      }
      default -> {
        return call(name, arguments());
      }
    }
  }

  private Result trim() {
    for (String side : List.of("LEADING", "TRAILING", "BOTH")) {
      if (takeWord(side)) {
        if (takeWord("FROM")) {
          Result operand = expression(0);
          expect(")");
          return call("TRIM", keyword(side), operand);
        }
        Result removed = expression(0);
        expectWord("FROM");
        Result operand = expression(0);
        expect(")");
        return call("TRIM", keyword(side), removed, operand);
      }
    }
    Result first = expression(0);
    if (takeWord("FROM")) {
      Result operand = expression(0);
      expect(")");
      return call("TRIM", keyword("BOTH"), first, operand);
    }
    expect(")");
    return call("TRIM", first);
  }

  private Result cast(Result operand) {
    String name = word();
    int[] sizes = {-1, 0};
    if (take("(")) {
      sizes[0] = Integer.parseInt(word());
      if (take(",")) {
        sizes[1] = Integer.parseInt(word());
      }
      expect(")");
    }
    boolean given = sizes[0] >= 0;
    int size = Math.max(sizes[0], 0);
    SqlType type =
        switch (name) {
          case "SIGNED" -> SqlType.BIGINT;
          case "UNSIGNED" -> SqlType.BIGINT_UNSIGNED;
          case "CHAR" -> SqlType.varchar(size, context.connectionCollation());
          case "BINARY" -> SqlType.varbinary(size);
          case "DECIMAL" -> SqlType.decimal(given ? size : 10, sizes[1]);
          case "DOUBLE" -> SqlType.DOUBLE;
          case "FLOAT" -> SqlType.FLOAT;
          case "DATE" -> SqlType.DATE;
          case "TIME" -> SqlType.time(size);
          case "DATETIME" -> SqlType.datetime(size);
          case "YEAR" -> SqlType.YEAR;
          default -> throw new IllegalArgumentException(name);
        };
    if (name.equals("SIGNED") || name.equals("UNSIGNED")) {
      takeWord("INTEGER");
    }
    expect(")");
    return bound(Functions.cast(type, given), List.of(operand));
  }

  private List<Result> arguments() {
    List<Result> arguments = new ArrayList<>();
    if (take(")")) {
      return arguments;
    }
    do {
      arguments.add(expression(0));
    } while (take(","));
    expect(")");
    return arguments;
  }

  private Result call(String name, Result... arguments) {
    return call(name, List.of(arguments));
  }

  private Result call(String name, List<Result> arguments) {
    return bound(Functions.get(name, ""), arguments);
  }

  private Result bound(FunctionDefinition definition, List<Result> arguments) {
    BoundFunction function =
        definition.bind(arguments.stream().map(Result::argument).toList(), context);
    Value value =
        function.evaluate(context, arguments.stream().map(Result::value).toArray(Value[]::new));
    return new Result(Argument.of(function), value);
  }

  private static Result literal(SqlType type, Value value) {
    return new Result(Argument.literal(type, value), value);
  }

  private static Result keyword(String word) {
    return literal(SqlType.varchar(32, Collations.UTF8MB4_0900_AI_CI), StringValue.of(word));
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean take(String sign) {
    blanks();
    if (text.startsWith(sign, at)) {
      at += sign.length();
      return true;
    }
    return false;
  }

  private void expect(String sign) {
    if (!take(sign)) {
      throw new IllegalArgumentException("expected " + sign + " at " + text.substring(at));
    }
  }

  private void expectWord(String word) {
    if (!takeWord(word)) {
      throw new IllegalArgumentException("expected " + word + " at " + text.substring(at));
    }
  }

  private boolean takeWord(String word) {
    blanks();
    int end = at + word.length();
    if (!text.regionMatches(true, at, word, 0, word.length())
        || end < text.length() && isWordPart(text.charAt(end))) {
      return false;
    }
    at = end;
    return true;
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private String takeOperator(List<String> operators) {
    for (String operator : operators) {
      boolean letters = Character.isLetter(operator.charAt(0));
      if (letters ? takeWord(operator) : take(operator)) {
        return operator;
      }
    }
    return "";
  }

  private String word() {
    blanks();
    int start = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at).toUpperCase(Locale.ROOT);
  }
}
