package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.Conditions;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.execute.IndexRanges.Interval;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a condition says of one column: the value lies in one of some intervals.
///
/// @param exact whether the intervals say all the condition says, so that it need not be evaluated
record ColumnCondition(
    int column, List<Interval> intervals, boolean exact, BoundExpression condition) {

  boolean isPoints() {
    return intervals.stream().allMatch(Interval::point);
  }

  /// What `condition` says of columns of `table`, when values of the `available` tables are known.
  static List<ColumnCondition> of(
      BoundExpression condition, TableUse table, Set<TableUse> available) {
    return new Extractor(table, available).extract(condition);
  }

  private record Extractor(TableUse table, Set<TableUse> available) {
    List<ColumnCondition> extract(BoundExpression condition) {
      if (!(condition instanceof Call call)) {
        return List.of();
      }
      return switch (call.name()) {
        case "=", "<=>", "<", "<=", ">", ">=" -> comparison(call);
        case "BETWEEN" -> between(call);
        case "IN" -> in(call);
        case "IS NULL", "ISNULL" -> isNull(call);
        case "IS NOT NULL" -> notNull(call);
        case "LIKE" -> like(call);
        case "OR" -> or(call);
        default -> List.of();
      };
    }

    private boolean isOwn(BoundExpression expression) {
      return expression instanceof Column column && column.table().equals(table);
    }

    private boolean isKnown(BoundExpression expression) {
      Set<TableUse> used = new HashSet<>(Conditions.tablesOf(expression));
      used.removeAll(available);
      return used.isEmpty() && !Conditions.isVolatile(expression);
    }

    private List<ColumnCondition> comparison(Call call) {
      BoundExpression left = call.operand(0);
      BoundExpression right = call.operand(1);
      List<ColumnCondition> found = new ArrayList<>();
      if (isOwn(left) && isKnown(right)) {
        compare((Column) left, call.name(), right, call).ifPresent(found::add);
      }
      if (isOwn(right) && isKnown(left)) {
        compare((Column) right, flipped(call.name()), left, call).ifPresent(found::add);
      }
      return found;
    }

    private static String flipped(String operator) {
      return switch (operator) {
        case "<" -> ">";
        case "<=" -> ">=";
        case ">" -> "<";
        case ">=" -> "<=";
        default -> operator;
      };
    }

    private Optional<ColumnCondition> compare(
        Column column, String operator, BoundExpression value, Call call) {
      boolean equality = operator.equals("=") || operator.equals("<=>");
      if (!isIndexable(column, value, equality)) {
        return Optional.empty();
      }
      Optional<BoundExpression> some = Optional.of(value);
      Optional<BoundExpression> none = Optional.empty();
      Interval interval =
          switch (operator) {
            case "<" -> new Interval(none, true, some, false, false, false);
            case "<=" -> new Interval(none, true, some, true, false, false);
            case ">" -> new Interval(some, false, none, true, false, false);
            case ">=" -> new Interval(some, true, none, true, false, false);
            default -> Interval.point(value, operator.equals("<=>"));
          };
      return Optional.of(
          new ColumnCondition(column.column(), List.of(interval), isExact(column, value), call));
    }

    private List<ColumnCondition> between(Call call) {
      BoundExpression low = call.operand(1);
      BoundExpression high = call.operand(2);
      if (!isOwn(call.operand(0)) || !isKnown(low) || !isKnown(high)) {
        return List.of();
      }
      Column column = (Column) call.operand(0);
      if (!isIndexable(column, low, false) || !isIndexable(column, high, false)) {
        return List.of();
      }
      Interval interval =
          new Interval(Optional.of(low), true, Optional.of(high), true, false, false);
      boolean exact = isExact(column, low) && isExact(column, high);
      return List.of(new ColumnCondition(column.column(), List.of(interval), exact, call));
    }

    private List<ColumnCondition> in(Call call) {
      if (!isOwn(call.operand(0))) {
        return List.of();
      }
      Column column = (Column) call.operand(0);
      List<Interval> points = new ArrayList<>();
      boolean exact = true;
      for (BoundExpression value : call.operands().subList(1, call.operands().size())) {
        if (!isKnown(value) || !isIndexable(column, value, true)) {
          return List.of();
        }
        points.add(Interval.point(value, false));
        exact &= isExact(column, value);
      }
      return List.of(new ColumnCondition(column.column(), points, exact, call));
    }

    private List<ColumnCondition> isNull(Call call) {
      if (!isOwn(call.operand(0))) {
        return List.of();
      }
      Column column = (Column) call.operand(0);
      if (table.isNullable()) {
        return List.of();
      }
      Interval interval = Interval.point(Constant.of(SqlType.NULL, NullValue.NULL), true);
      return List.of(new ColumnCondition(column.column(), List.of(interval), true, call));
    }

    private List<ColumnCondition> notNull(Call call) {
      if (!isOwn(call.operand(0))) {
        return List.of();
      }
      Column column = (Column) call.operand(0);
      Interval interval =
          new Interval(Optional.empty(), true, Optional.empty(), true, false, false);
      return List.of(new ColumnCondition(column.column(), List.of(interval), true, call));
    }

    /// LIKE with a constant pattern that begins with plain characters.
    private List<ColumnCondition> like(Call call) {
      if (call.operands().size() != 2
          || !isOwn(call.operand(0))
          || !(call.operand(1) instanceof Constant constant)
          || !(constant.value() instanceof StringValue pattern)) {
        return List.of();
      }
      Column column = (Column) call.operand(0);
      if (column.type().family() != Family.TEXT
          || column.type().collation().charset() != Charset.UTF8MB4
          || !isIndexable(column, constant, false)) {
        return List.of();
      }
      String text = pattern.asString();
      int plain = 0;
      while (plain < text.length() && "%_\\".indexOf(text.charAt(plain)) < 0) {
        plain++;
      }
      if (plain == 0 || (plain < text.length() && text.charAt(plain) == '\\')) {
        return List.of();
      }
      String prefix = text.substring(0, plain);
      boolean general = column.type().collation().name().endsWith("general_ci");
      String last = general ? "\uFFFF" : "\uDBFF\uDFFF";
      Interval interval =
          new Interval(
              Optional.of(constant(prefix, column)),
              true,
              Optional.of(constant(prefix + last.repeat(4), column)),
              true,
              false,
              false);
      return List.of(new ColumnCondition(column.column(), List.of(interval), false, call));
    }

    private static Constant constant(String text, Column column) {
      StringValue value = StringValue.of(text, column.type().collation());
      return Constant.of(SqlType.varchar(text.length(), column.type().collation()), value);
    }

    /// All alternatives say something of the same column.
    private List<ColumnCondition> or(Call call) {
      List<ColumnCondition> result = new ArrayList<>();
      for (ColumnCondition first : ofAlternative(call.operand(0))) {
        List<Interval> intervals = new ArrayList<>(first.intervals());
        boolean exact = first.exact();
        boolean all = true;
        for (BoundExpression other : call.operands().subList(1, call.operands().size())) {
          Optional<ColumnCondition> same =
              ofAlternative(other).stream().filter(c -> c.column() == first.column()).findFirst();
          if (same.isEmpty()) {
            all = false;
            break;
          }
          intervals.addAll(same.get().intervals());
          exact &= same.get().exact();
        }
        if (all) {
          result.add(new ColumnCondition(first.column(), intervals, exact, call));
        }
      }
      return result;
    }

    private List<ColumnCondition> ofAlternative(BoundExpression alternative) {
      List<BoundExpression> conjuncts = Conditions.conjuncts(alternative);
      List<ColumnCondition> found = new ArrayList<>();
      for (BoundExpression conjunct : conjuncts) {
        for (ColumnCondition condition : extract(conjunct)) {
          boolean exact = condition.exact() && conjuncts.size() == 1;
          found.add(
              new ColumnCondition(condition.column(), condition.intervals(), exact, conjunct));
        }
      }
      return found;
    }

    /// Whether comparing the column with such a value is a search in the column's order.
    private static boolean isIndexable(Column column, BoundExpression value, boolean equality) {
      SqlType own = column.type();
      SqlType other = value.type();
      if (other.isNull()) {
        return true;
      }
      return switch (own.family()) {
        case INTEGER, DECIMAL, APPROXIMATE, BIT ->
            other.isNumeric() || (other.family() == Family.TEXT && own.family() != Family.BIT);
        case TEXT, BINARY -> sameCollation(column, value);
        case TEMPORAL ->
            own.kind() == TypeKind.TIME
                ? other.kind() == TypeKind.TIME || isConstantText(value)
                : other.hasDate() || isConstantText(value);
        case MEMBERS -> equality && own.kind() == TypeKind.ENUM && other.family() == Family.TEXT;
        case NULL -> false;
      };
    }

    private static boolean isConstantText(BoundExpression value) {
      return value.type().family() == Family.TEXT && Conditions.isStatementConstant(value);
    }

    private static boolean sameCollation(Column column, BoundExpression value) {
      if (!value.type().isString() || value.type().family() == Family.MEMBERS) {
        return false;
      }
      if (value.type().collation().equals(column.type().collation())) {
        return true;
      }
      return value.coercibility().compareTo(Coercibility.COERCIBLE) >= 0
          && value.type().collation().charset() != Charset.BINARY;
    }

    /// Whether the search itself decides, for every value the expression may have.
    private static boolean isExact(Column column, BoundExpression value) {
      SqlType own = column.type();
      SqlType other = value.type();
      if (other.isNull()) {
        return true;
      }
      if (own.family() == Family.INTEGER && own.kind() != TypeKind.YEAR) {
        return other.family() == Family.INTEGER;
      }
      return switch (own.family()) {
        case TEXT, BINARY ->
            other.collation().charset() == own.collation().charset()
                && (other.family() == Family.TEXT || other.family() == Family.BINARY);
        case DECIMAL -> other.family() == Family.INTEGER || other.family() == Family.DECIMAL;
        default -> false;
      };
    }
  }
}
