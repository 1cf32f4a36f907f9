package io.tidemark.tests.differential;

import io.tidemark.tests.differential.ExpressionGenerator.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random queries and changes over tables `t1`..`t3` of [DifferentialCheck]. Confined to one
/// thread.
final class QueryGenerator {
  private static final int TABLES = 3;

  private final Random random;
  private int nextAlias;

  /// The table that a statement changes, which its subqueries must not read (error 1093); 0 if
  /// none.
  private int changed;

  QueryGenerator(Random random) {
    this.random = random;
  }

  private String alias() {
    return "x" + nextAlias++;
  }

  private static String join(List<String> one, List<String> more) {
    List<String> all = new ArrayList<>(one);
    all.addAll(more);
    return String.join(", ", all);
  }

  private ExpressionGenerator over(List<String> aliases) {
    return new ExpressionGenerator(random, aliases, this);
  }

  private String table() {
    int number = 1 + random.nextInt(TABLES);
    return "t" + (number == changed ? number % TABLES + 1 : number);
  }

  /// A table, or sometimes a derived one with the same columns.
  private String source(String alias) {
    if (random.nextInt(6) > 0) {
      return table() + " " + alias;
    }
    String inner = alias();
    String where = over(List.of(inner)).condition(1);
    String distinct = random.nextBoolean() ? "DISTINCT " : "";
    return "(SELECT %sid, a, b, c, d, e FROM %s %s WHERE %s) %s"
        .formatted(distinct, table(), inner, where, alias);
  }

  /// FROM of one to three tables; their aliases are added to `aliases`.
  private String from(List<String> aliases) {
    String first = alias();
    aliases.add(first);
    StringBuilder text = new StringBuilder(source(first));
    int more = random.nextInt(3);
    for (int i = 0; i < more; i++) {
      String next = alias();
      String left = aliases.get(random.nextInt(aliases.size()));
      String source = source(next);
      List<String> visible = new ArrayList<>(aliases);
      visible.add(next);
      String on = over(visible).joinCondition(left, next);
      if (random.nextInt(3) == 0) {
        on += " AND " + over(visible).condition(0);
      }
      String kind = List.of("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN").get(random.nextInt(4));
      text.append(' ').append(kind).append(' ').append(source).append(" ON ").append(on);
      aliases.add(next);
    }
    return text.toString();
  }

  /// A whole query whose result does not depend on the order of reading.
  String query() {
    nextAlias = 0;
    changed = 0;
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> grouped();
      case 3 -> union();
      case 4 -> limited();
      case 5 -> aggregate();
      default -> plain(1 + random.nextInt(4), List.of());
    };
  }

  private String where(ExpressionGenerator expressions) {
    return random.nextInt(5) == 0 ? "" : " WHERE " + expressions.condition(2);
  }

  private String plain(int columns, List<Type> types) {
    List<String> aliases = new ArrayList<>();
    String from = from(aliases);
    ExpressionGenerator expressions = over(aliases);
    List<String> items = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      Type type = types.isEmpty() ? expressions.type() : types.get(i);
      items.add(expressions.value(type, 2));
    }
    String distinct = random.nextInt(4) == 0 ? "DISTINCT " : "";
    return "SELECT " + distinct + String.join(", ", items) + " FROM " + from + where(expressions);
  }

  private String union() {
    List<Type> types = new ArrayList<>();
    ExpressionGenerator chooser = over(List.of());
    int columns = 1 + random.nextInt(3);
    for (int i = 0; i < columns; i++) {
      types.add(chooser.type());
    }
    String kind = random.nextBoolean() ? " UNION ALL " : " UNION ";
    return plain(columns, types) + kind + plain(columns, types);
  }

  private String limited() {
    String alias = alias();
    ExpressionGenerator expressions = over(List.of(alias));
    String order = pick(List.of("a", "b", "d", "e", "b DESC, a", "c, b"));
    return "SELECT %s, %s.id FROM %s %s%s ORDER BY %s, %s.id%s LIMIT %d OFFSET %d"
        .formatted(
            expressions.value(expressions.type(), 2),
            alias,
            table(),
            alias,
            where(expressions),
            qualified(alias, order),
            alias,
            random.nextBoolean() ? " DESC" : "",
            1 + random.nextInt(6),
            random.nextInt(3));
  }

  private static String qualified(String alias, String order) {
    List<String> parts = new ArrayList<>();
    for (String part : order.split(", ")) {
      parts.add(alias + "." + part);
    }
    return String.join(", ", parts);
  }

  private List<String> aggregates(ExpressionGenerator expressions) {
    List<String> items = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Type type = expressions.type();
      String value = expressions.value(type, 1);
      String distinct = random.nextInt(3) == 0 ? "DISTINCT " : "";
      boolean number = type == Type.INTEGER || type == Type.DECIMAL;
      items.add(
          switch (random.nextInt(6)) {
            case 0 -> "COUNT(*)";
            case 1 -> "COUNT(" + distinct + value + ")";
            case 2 -> number ? "SUM(" + distinct + value + ")" : "MIN(" + value + ")";
            case 3 -> number ? "AVG(" + value + ")" : "MAX(" + value + ")";
            case 4 -> "MIN(" + value + ")";
            default -> "MAX(" + value + ")";
          });
    }
    return items;
  }

  private String aggregate() {
    List<String> aliases = new ArrayList<>();
    String from = from(aliases);
    ExpressionGenerator expressions = over(aliases);
    return "SELECT "
        + String.join(", ", aggregates(expressions))
        + " FROM "
        + from
        + where(expressions);
  }

  private String grouped() {
    List<String> aliases = new ArrayList<>();
    String from = from(aliases);
    ExpressionGenerator expressions = over(aliases);
    List<String> keys = new ArrayList<>();
    keys.add(expressions.column(expressions.type()));
    if (random.nextInt(3) == 0) {
      keys.add(expressions.column(expressions.type()));
    }
    String having =
        switch (random.nextInt(4)) {
          case 0 -> " HAVING COUNT(*) > " + random.nextInt(3);
          case 1 -> " HAVING MAX(" + expressions.column(Type.INTEGER) + ") IS NOT NULL";
          default -> "";
        };
    return "SELECT %s FROM %s%s GROUP BY %s%s"
        .formatted(
            join(keys, aggregates(expressions)),
            from,
            where(expressions),
            String.join(", ", keys),
            having);
  }

  /// A subquery of one value, which may read the outer tables.
  String scalarQuery(List<String> outer, int depth) {
    String alias = alias();
    List<String> visible = new ArrayList<>(outer);
    visible.add(alias);
    String function = pick(List.of("MIN", "MAX", "COUNT"));
    return "(SELECT %s(%s.%s) FROM %s %s WHERE %s)"
        .formatted(
            function,
            alias,
            pick(List.of("a", "b", "id")),
            table(),
            alias,
            over(visible).condition(Math.min(depth, 1)));
  }

  String existsQuery(List<String> outer, int depth) {
    String alias = alias();
    List<String> visible = new ArrayList<>(outer);
    visible.add(alias);
    ExpressionGenerator expressions = over(visible);
    String link =
        outer.isEmpty()
            ? expressions.condition(0)
            : expressions.joinCondition(outer.get(random.nextInt(outer.size())), alias);
    String more = depth > 0 ? " AND " + expressions.condition(depth - 1) : "";
    return (random.nextInt(3) == 0 ? "NOT " : "")
        + "EXISTS (SELECT 1 FROM %s %s WHERE %s%s)".formatted(table(), alias, link, more);
  }

  /// A subquery of one column.
  String columnQuery(List<String> outer, Type type, int depth) {
    String alias = alias();
    List<String> visible = new ArrayList<>(outer);
    visible.add(alias);
    List<String> own = random.nextInt(3) == 0 ? visible : List.of(alias);
    return "(SELECT %s FROM %s %s WHERE %s)"
        .formatted(
            over(List.of(alias)).column(type),
            table(),
            alias,
            over(own).condition(Math.min(depth, 1)));
  }

  /// An INSERT, UPDATE or DELETE whose effect does not depend on the order of reading.
  String change() {
    nextAlias = 0;
    changed = 0;
    String table = table();
    changed = table.charAt(1) - '0';
    ExpressionGenerator own = over(List.of(table));
    return switch (random.nextInt(7)) {
      case 0 -> "DELETE FROM %s WHERE %s AND id %% 3 = 0".formatted(table, own.condition(2));
      case 1 ->
          "UPDATE %s SET a = %s, c = LEFT(%s, 10) WHERE %s"
              .formatted(
                  table, own.value(Type.INTEGER, 1), own.value(Type.STRING, 1), own.condition(1));
      case 2 ->
          "UPDATE %s SET b = b + 1, d = %s WHERE %s ORDER BY id LIMIT 5"
              .formatted(table, own.column(Type.INTEGER), own.condition(1));
      case 3 -> {
        String other = "t" + (1 + random.nextInt(TABLES));
        yield "INSERT IGNORE INTO %s SELECT id + 1, b, a + 1, c, d, e FROM %s s WHERE %s AND a IS NOT NULL"
            .formatted(table, other, over(List.of("s")).condition(1));
      }
      case 4 ->
          "INSERT INTO %s VALUES (%d, %d, %d, 'n', 1.5, '2024-01-01') ON DUPLICATE KEY UPDATE b = b + VALUES(b), a = %d"
              .formatted(
                  table,
                  random.nextInt(60),
                  random.nextInt(9),
                  random.nextInt(9),
                  random.nextInt(9));
      case 5 ->
          "REPLACE INTO %s VALUES (%d, %d, %d, 'R', NULL, NULL)"
              .formatted(table, random.nextInt(60), random.nextInt(9), random.nextInt(9));
      default -> {
        String other = alias();
        List<String> both = List.of(table, other);
        yield "UPDATE %s JOIN t%d %s ON %s.id = %s.id SET %s.a = %s.b WHERE %s"
            .formatted(
                table,
                1 + random.nextInt(TABLES),
                other,
                table,
                other,
                table,
                other,
                over(both).condition(0));
      }
    };
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
