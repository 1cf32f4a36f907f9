package io.tidemark.tests.differential;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Random expressions of one type over the columns of the tables in scope, restricted to what MySQL
/// and MariaDB define alike. Confined to one thread.
final class ExpressionGenerator {
  private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=", "<=>");
  private static final List<String> WORDS =
      List.of("'a'", "'B'", "'ab'", "'Ba'", "'abc'", "''", "'b c'", "'12'", "'zz'");

  private final Random random;
  private final List<String> aliases;
  private final QueryGenerator queries;

  ExpressionGenerator(Random random, List<String> aliases, QueryGenerator queries) {
    this.random = random;
    this.aliases = aliases;
    this.queries = queries;
  }

  /// The types that columns and expressions have here.
  enum Type {
    INTEGER,
    DECIMAL,
    STRING,
    DATE
  }

  Type type() {
    return Type.values()[random.nextInt(4)];
  }

  String value(Type type, int depth) {
    return switch (type) {
      case INTEGER -> integer(depth);
      case DECIMAL -> decimal(depth);
      case STRING -> string(depth);
      case DATE -> date(depth);
    };
  }

  String column(Type type) {
    String name =
        switch (type) {
          case INTEGER -> pick(List.of("id", "a", "b"));
          case DECIMAL -> "d";
          case STRING -> "c";
          case DATE -> "e";
        };
    return pick(aliases) + "." + name;
  }

  /// A literal to compare with. Elsewhere NULL is left out: what type `NULL * 2` has, the servers
  /// see differently.
  private String comparand(Type type) {
    return random.nextInt(20) == 0 ? "NULL" : literal(type);
  }

  private String literal(Type type) {
    return switch (type) {
      case INTEGER -> Integer.toString(random.nextInt(12) - 2);
      case DECIMAL -> random.nextInt(20) - 5 + "." + (10 + random.nextInt(90));
      case STRING -> pick(WORDS);
      case DATE -> "DATE'2024-0%d-1%d'".formatted(1 + random.nextInt(3), random.nextInt(10));
    };
  }

  private String leaf(Type type) {
    return random.nextInt(4) == 0 || aliases.isEmpty() ? literal(type) : column(type);
  }

  private String integer(int depth) {
    if (depth <= 0) {
      return leaf(Type.INTEGER);
    }
    return switch (random.nextInt(14)) {
      case 0 -> "(" + integer(depth - 1) + " + " + integer(depth - 1) + ")";
      case 1 -> "(" + integer(depth - 1) + " - " + leaf(Type.INTEGER) + ")";
      case 2 -> "(" + leaf(Type.INTEGER) + " * " + leaf(Type.INTEGER) + ")";
      case 3 -> "(" + integer(depth - 1) + " % 5)";
      case 4 -> "(" + integer(depth - 1) + " DIV 3)";
      case 5 -> "ABS(" + integer(depth - 1) + ")";
      case 6 -> "COALESCE(" + leaf(Type.INTEGER) + ", " + integer(depth - 1) + ")";
      case 7 -> conditional(depth, () -> integer(depth - 1));
      case 8 -> "LENGTH(" + string(depth - 1) + ")";
      case 9 -> "NULLIF(" + leaf(Type.INTEGER) + ", " + leaf(Type.INTEGER) + ")";
      case 10 -> "GREATEST(" + integer(depth - 1) + ", " + leaf(Type.INTEGER) + ")";
      case 11 -> "YEAR(" + date(depth - 1) + ")";
      case 12 -> aliases.isEmpty() ? leaf(Type.INTEGER) : queries.scalarQuery(aliases, depth - 1);
      default -> leaf(Type.INTEGER);
    };
  }

  private String decimal(int depth) {
    if (depth <= 0) {
      return leaf(Type.DECIMAL);
    }
    return switch (random.nextInt(7)) {
      case 0 -> "(" + decimal(depth - 1) + " + " + integer(depth - 1) + ")";
      case 1 -> "(" + leaf(Type.DECIMAL) + " * " + leaf(Type.INTEGER) + ")";
      case 2 -> "ROUND(" + leaf(Type.DECIMAL) + ", 1)";
      case 3 -> "(-" + leaf(Type.DECIMAL) + ")";
      case 4 -> "(" + leaf(Type.DECIMAL) + " / 4)";
      case 5 -> "IFNULL(" + leaf(Type.DECIMAL) + ", " + decimal(depth - 1) + ")";
      default -> leaf(Type.DECIMAL);
    };
  }

  private String string(int depth) {
    if (depth <= 0) {
      return leaf(Type.STRING);
    }
    return switch (random.nextInt(9)) {
      case 0 -> "CONCAT(" + string(depth - 1) + ", " + leaf(Type.STRING) + ")";
      case 1 -> "UPPER(" + string(depth - 1) + ")";
      case 2 -> "SUBSTRING(" + string(depth - 1) + ", 2)";
      case 3 -> "REPLACE(" + leaf(Type.STRING) + ", 'a', 'xy')";
      case 4 -> "COALESCE(" + leaf(Type.STRING) + ", " + string(depth - 1) + ")";
      case 5 -> conditional(depth, () -> string(depth - 1));
      case 6 -> "LEFT(" + string(depth - 1) + ", 1)";
      case 7 -> "CAST(" + leaf(Type.INTEGER) + " AS CHAR)";
      default -> leaf(Type.STRING);
    };
  }

  private String date(int depth) {
    if (depth <= 0) {
      return leaf(Type.DATE);
    }
    return switch (random.nextInt(4)) {
      case 0 -> "DATE_ADD(" + column(Type.DATE) + ", INTERVAL " + random.nextInt(40) + " DAY)";
      case 1 -> "LAST_DAY(" + leaf(Type.DATE) + ")";
      default -> leaf(Type.DATE);
    };
  }

  private String conditional(int depth, Supplier<String> value) {
    String condition = condition(depth - 1);
    return random.nextBoolean()
        ? "IF(" + condition + ", " + value.get() + ", " + value.get() + ")"
        : "CASE WHEN " + condition + " THEN " + value.get() + " ELSE " + value.get() + " END";
  }

  String condition(int depth) {
    if (depth > 0) {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          return "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
        }
        case 2, 3 -> {
          return "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
        }
        case 4 -> {
          return "NOT (" + condition(depth - 1) + ")";
        }
        case 5 -> {
          return queries.existsQuery(aliases, depth - 1);
        }
        case 6, 7 -> {
          return inQuery(depth);
        }
        case 8 -> {
          String operator = pick(List.of("=", "<", ">=", "<>"));
          String all = pick(List.of("ANY", "ALL"));
          Type type = type();
          return "%s %s %s %s"
              .formatted(
                  value(type, 0), operator, all, queries.columnQuery(aliases, type, depth - 1));
        }
        default -> {}
      }
    }
    return simpleCondition(depth);
  }

  private String inQuery(int depth) {
    Type type = type();
    return value(type, 0)
        + (random.nextInt(3) == 0 ? " NOT IN " : " IN ")
        + queries.columnQuery(aliases, type, depth - 1);
  }

  private String simpleCondition(int depth) {
    Type type = type();
    return switch (random.nextInt(8)) {
      case 0 -> leaf(type) + (random.nextBoolean() ? " IS NULL" : " IS NOT NULL");
      case 1 -> value(type, depth - 1) + " BETWEEN " + comparand(type) + " AND " + comparand(type);
      case 2 ->
          "%s %s (%s, %s, %s)"
              .formatted(
                  leaf(type),
                  random.nextInt(4) == 0 ? "NOT IN" : "IN",
                  comparand(type),
                  comparand(type),
                  comparand(type));
      case 3 -> leaf(Type.STRING) + " LIKE " + pick(List.of("'a%'", "'%b%'", "'_b%'", "'%'"));
      case 4 -> leaf(Type.INTEGER) + " " + pick(COMPARISONS) + " " + decimal(0);
      default -> value(type, depth - 1) + " " + pick(COMPARISONS) + " " + value(type, depth - 1);
    };
  }

  /// An equality by which two tables are joined.
  String joinCondition(String left, String right) {
    String column = pick(List.of("a", "b", "c", "id", "d", "e"));
    String other = column.equals("a") ? pick(List.of("a", "b", "id")) : column;
    return left + "." + column + " = " + right + "." + other;
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
