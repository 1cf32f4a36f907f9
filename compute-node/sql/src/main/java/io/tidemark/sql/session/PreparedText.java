package io.tidemark.sql.session;

import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.parse.SqlParser;
import io.tidemark.sql.parse.ValueList;
import java.util.List;
import java.util.Optional;

/// A prepared statement with the plan of its last execution. Confined to the session's thread.
final class PreparedText {
  private final Statement statement;
  private final byte[] sql;
  private final int parameterCount;
  private final Optional<ValueList> rows;
  private Optional<PlannedStatement> plan = Optional.empty();
  private List<ResultColumn> columns = List.of();

  PreparedText(SqlParser.Parsed parsed, byte[] sql) {
    this.statement = parsed.statement();
    this.sql = sql;
    this.parameterCount = parsed.parameterCount();
    this.rows = Optional.empty();
  }

  /// `parsed` has one row of parameters in place of the list.
  PreparedText(SqlParser.Parsed parsed, byte[] sql, ValueList list) {
    this.statement = parsed.statement();
    this.sql = sql;
    this.parameterCount = parsed.parameterCount() - list.columns() + list.parameters();
    this.rows = Optional.of(list);
  }

  Statement statement() {
    return statement;
  }

  /// The text as the client sent it.
  byte[] sql() {
    return sql;
  }

  /// The rows of which the statement has one.
  Optional<ValueList> rows() {
    return rows;
  }

  int parameterCount() {
    return parameterCount;
  }

  Optional<PlannedStatement> plan() {
    return plan;
  }

  void setPlan(PlannedStatement planned) {
    plan = Optional.of(planned);
    columns = planned.columns();
  }

  void forgetPlan() {
    plan = Optional.empty();
  }

  /// Columns of the result as of the last plan.
  List<ResultColumn> columns() {
    return columns;
  }
}
