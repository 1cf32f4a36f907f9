package io.tidemark.sql.explain;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.execute.DerivedScan;
import io.tidemark.sql.execute.ExpressionText;
import io.tidemark.sql.execute.Grouping;
import io.tidemark.sql.execute.IndexRanges;
import io.tidemark.sql.execute.Joins;
import io.tidemark.sql.execute.Nodes;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.Sorting;
import io.tidemark.sql.execute.TableScan;
import io.tidemark.sql.execute.VirtualScan;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The outcomes of EXPLAIN: the traditional table and FORMAT=TREE. Source: MySQL manual, EXPLAIN
/// Output Format.
public final class Explanation {
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "select_type",
          "table",
          "partitions",
          "type",
          "possible_keys",
          "key",
          "key_len",
          "ref",
          "rows",
          "filtered",
          "Extra");

  private Explanation() {}

  /// FORMAT=TREE: one row with the indented plan.
  public static StatementOutcome tree(Optional<PlanNode> plan) {
    StringBuilder text = new StringBuilder();
    if (plan.isEmpty()) {
      text.append("-> Rows fetched before execution\n");
    } else {
      append(plan.get(), 0, text);
    }
    ResultColumn column = column("EXPLAIN", SqlType.varchar(8192, Collations.UTF8MB4_0900_AI_CI));
    return new StatementOutcome.Rows(
        List.of(column), List.<Value[]>of(new Value[] {StringValue.of(text.toString())}));
  }

  private static void append(PlanNode node, int depth, StringBuilder text) {
    int level = depth;
    String[] lines = node.describe().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      text.append("    ".repeat(level)).append("-> ").append(lines[i]);
      if (i == lines.length - 1) {
        text.append(
            String.format(
                Locale.ROOT,
                "  (cost=%.2f rows=%.0f)",
                node.estimatedCost(),
                Math.max(1, node.estimatedRows())));
      }
      text.append('\n');
      level++;
    }
    for (PlanNode input : node.inputs()) {
      append(input, level, text);
    }
  }

  /// The traditional form: a row for each table, in the order of reading.
  public static StatementOutcome table(
      DataStatement statement, Optional<PlanNode> plan, Optional<BoundQuery> query) {
    List<ResultColumn> columns = new ArrayList<>();
    for (String name : COLUMNS) {
      SqlType type =
          switch (name) {
            case "id", "rows" -> SqlType.BIGINT_UNSIGNED;
            case "filtered" -> SqlType.DOUBLE;
            default -> SqlType.varchar(1024, Collations.UTF8MB4_0900_AI_CI);
          };
      columns.add(column(name, type));
    }
    List<Value[]> rows = new ArrayList<>();
    String kind =
        switch (statement) {
          case DataStatement.Insert insert -> insert.replace() ? "REPLACE" : "INSERT";
          case DataStatement.Update _ -> "UPDATE";
          case DataStatement.Delete _ -> "DELETE";
          default ->
              query.isPresent() && query.get() instanceof BoundQuery.Union ? "PRIMARY" : "SIMPLE";
        };
    plan.ifPresent(node -> new Walk(kind, rows).visit(node, new ArrayList<>()));
    if (rows.isEmpty()) {
      rows.add(bare(kind, statement instanceof DataStatement.Insert ? "" : "No tables used"));
    }
    return new StatementOutcome.Rows(columns, rows);
  }

  private static ResultColumn column(String name, SqlType type) {
    return new ResultColumn("", "", "", name, "", type, 0);
  }

  private static Value[] bare(String kind, String extra) {
    Value[] row = new Value[COLUMNS.size()];
    java.util.Arrays.fill(row, NullValue.NULL);
    row[0] = IntValue.ofUnsigned(1);
    row[1] = StringValue.of(kind);
    row[11] = extra.isEmpty() ? NullValue.NULL : StringValue.of(extra);
    return row;
  }

  /// Collects the tables of a plan.
  private static final class Walk {
    private final String kind;
    private final List<Value[]> rows;

    Walk(String kind, List<Value[]> rows) {
      this.kind = kind;
      this.rows = rows;
    }

    void visit(PlanNode node, List<String> extras) {
      switch (node) {
        case TableScan scan -> rows.add(scan(scan, extras));
        case VirtualScan scan -> rows.add(other(scan.table(), scan.estimatedRows(), extras));
        case DerivedScan scan -> {
          rows.add(other(scan.table(), scan.estimatedRows(), extras));
          new Walk("DERIVED", rows).visit(scan.input(), new ArrayList<>());
        }
        case Sorting sorting -> {
          extras.add("Using filesort");
          visit(sorting.input(), extras);
        }
        case Grouping grouping -> {
          if (!grouping.keys().isEmpty() && !grouping.sorted()) {
            extras.add("Using temporary");
          }
          visit(grouping.input(), extras);
        }
        case Nodes.Filter filter -> {
          extras.add("Using where");
          visit(filter.input(), extras);
        }
        case Nodes.Empty empty -> rows.add(bare(kind, empty.reason()));
        case Joins.Hash hash -> {
          visit(hash.left(), extras);
          visit(hash.right(), new ArrayList<>(List.of("Using join buffer (hash join)")));
        }
        default -> {
          List<String> rest = extras;
          for (PlanNode input : node.inputs()) {
            visit(input, rest);
            rest = new ArrayList<>();
          }
        }
      }
    }

    private Value[] other(TableUse table, double estimated, List<String> extras) {
      Value[] row = bare(kind, String.join("; ", extras));
      row[2] = StringValue.of(table.alias());
      row[4] = StringValue.of("ALL");
      row[9] = IntValue.ofUnsigned((long) Math.max(1, estimated));
      row[10] = DoubleValue.of(100);
      return row;
    }

    private Value[] scan(TableScan scan, List<String> extras) {
      List<String> notes = new ArrayList<>();
      if (!scan.conditions().isEmpty() && !extras.contains("Using where")) {
        notes.add("Using where");
      }
      if (scan.descending()) {
        notes.add("Backward index scan");
      }
      if (scan.covering()) {
        notes.add("Using index");
      }
      notes.addAll(extras);
      Value[] row = bare(kind, String.join("; ", notes));
      row[2] = StringValue.of(scan.table().alias());
      row[4] = StringValue.of(type(scan));
      boolean usesIndex = !scan.ranges().isAll() || scan.ranges().indexNo() != 0;
      if (usesIndex || scan.descending()) {
        row[6] = StringValue.of(scan.indexName());
        row[7] = StringValue.of(String.valueOf(keyLength(scan)));
      }
      if (!scan.ranges().isAll()) {
        row[5] = StringValue.of(scan.indexName());
        String references = references(scan.ranges());
        row[8] = references.isEmpty() ? NullValue.NULL : StringValue.of(references);
      }
      row[9] = IntValue.ofUnsigned((long) Math.max(1, scan.rowsRead()));
      double filtered = 100 * Math.min(1, scan.estimatedRows() / Math.max(scan.rowsRead(), 1));
      row[10] = DoubleValue.of(Math.round(filtered * 100) / 100.0);
      return row;
    }

    private static String type(TableScan scan) {
      IndexRanges ranges = scan.ranges();
      if (ranges.isAll()) {
        return ranges.indexNo() == 0 && !scan.descending() ? "ALL" : "index";
      }
      boolean single = ranges.parts().stream().allMatch(p -> p.size() == 1 && p.getFirst().point());
      if (!single) {
        return "range";
      }
      if (!scan.isUniqueLookup()) {
        return "ref";
      }
      boolean constant =
          ranges.parts().stream()
              .allMatch(p ->
                  p.getFirst().low().stream()
                      .allMatch(e ->
                          e instanceof BoundExpression.Constant
                              || e instanceof BoundExpression.Parameter));
      return constant ? "const" : "eq_ref";
    }

    private static String references(IndexRanges ranges) {
      if (!ranges.parts().stream().allMatch(p -> p.size() == 1 && p.getFirst().point())) {
        return "";
      }
      return ranges.parts().stream()
          .flatMap(p -> p.getFirst().low().stream())
          .map(e ->
              e instanceof BoundExpression.Column column
                  ? column.table().database() + "." + ExpressionText.of(column)
                  : "const")
          .collect(Collectors.joining(","));
    }

    private static long keyLength(TableScan scan) {
      IndexDefinition index = scan.base().indexes().get(scan.ranges().indexNo());
      int parts = scan.ranges().isAll() ? index.columns().size() : scan.ranges().parts().size();
      long bytes = 0;
      for (int i = 0; i < parts; i++) {
        IndexDefinition.Column part = index.columns().get(i);
        var column = scan.base().columns().get(part.column());
        bytes += column.nullable() ? 1 : 0;
        bytes += storedLength(column.type(), part.prefixLength());
      }
      return bytes;
    }

    private static long storedLength(SqlType type, int prefix) {
      return switch (type.kind()) {
        case TINYINT, YEAR -> 1;
        case SMALLINT -> 2;
        case MEDIUMINT, DATE -> 3;
        case INT, FLOAT, TIMESTAMP -> 4;
        case BIGINT, DOUBLE -> 8;
        case DATETIME -> 5;
        case TIME -> 3;
        case BIT -> (type.length() + 7) / 8;
        case DECIMAL -> (type.length() + 1) / 2 + 1;
        case ENUM -> type.members().size() > 255 ? 2 : 1;
        case SET -> Math.max(1, (type.members().size() + 7) / 8);
        case VARCHAR, VARBINARY -> 2 + characters(type, prefix);
        case CHAR, BINARY -> characters(type, prefix);
        default -> 2 + characters(type, prefix);
      };
    }

    private static long characters(SqlType type, int prefix) {
      long length = prefix > 0 ? prefix : type.length();
      return length * type.collation().charset().maxBytesPerCharacter();
    }
  }
}
