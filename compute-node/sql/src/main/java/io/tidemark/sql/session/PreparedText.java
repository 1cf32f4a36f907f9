package io.tidemark.sql.session;

import io.tidemark.sql.ast.Statement;
import java.util.List;
import java.util.Optional;

/// A prepared statement with the plan of its last execution. Confined to the session's thread.
final class PreparedText {
  private final Statement statement;
  private final String text;
  private final int parameterCount;
  private Optional<PlannedStatement> plan = Optional.empty();
  private List<ResultColumn> columns = List.of();

  PreparedText(Statement statement, String text, int parameterCount) {
    this.statement = statement;
    this.text = text;
    this.parameterCount = parameterCount;
  }

  Statement statement() {
    return statement;
  }

  String text() {
    return text;
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
