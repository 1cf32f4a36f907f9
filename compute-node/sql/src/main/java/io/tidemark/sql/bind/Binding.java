package io.tidemark.sql.bind;

import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.table.TableSource;
import io.tidemark.sql.type.SqlType;
import java.util.List;

/// What binding one statement depends on and shares: the session's view of the dictionary, the
/// types of the parameters, the numbers of slots. Confined to the binding thread.
///
/// @param tables finds tables
/// @param context conversions of constants, and where their warnings go
/// @param session facts of the session
/// @param parameterTypes types of the parameters; empty while they are not known
public record Binding(
    TableFinder tables,
    EvalContext context,
    SessionFacts session,
    List<SqlType> parameterTypes,
    SlotCounter counter) {
  /// Finds a table by name.
  @FunctionalInterface
  public interface TableFinder {
    /// @throws io.tidemark.storage.error.Rejected 1146 if there is none, 1049 for an unknown
    ///   database
    TableSource find(String database, String name);
  }

  /// Facts of the session that names and variables need.
  public interface SessionFacts {
    /// The current database, or empty.
    String currentDatabase();

    /// Whether `sql_mode` contains ONLY_FULL_GROUP_BY.
    boolean onlyFullGroupBy();

    /// Type and value source of a system variable; error 1193 if there is none.
    ///
    /// @param global whether `@@global.` was written
    BoundExpression systemVariable(boolean global, boolean scoped, String name);
  }
}
