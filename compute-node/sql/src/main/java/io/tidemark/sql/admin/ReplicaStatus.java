package io.tidemark.sql.admin;

import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.sql.informationschema.ColumnList;
import io.tidemark.sql.informationschema.RowBuilder;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;

/// SHOW REPLICA STATUS: MySQL's columns, with positions in the redo stream where MySQL has
/// positions in files, and Tidemark's own columns behind them. Empty on the writer.
final class ReplicaStatus {
  private static final String COLUMNS =
      "Replica_IO_State v256, Source_Host v255, Source_User v96, Source_Port u, Connect_Retry u,"
          + " Source_Log_File v512, Read_Source_Log_Pos u, Relay_Log_File v512, Relay_Log_Pos u,"
          + " Relay_Source_Log_File v512, Replica_IO_Running v3, Replica_SQL_Running v3,"
          + " Replicate_Do_DB v1, Replicate_Ignore_DB v1, Replicate_Do_Table v1,"
          + " Replicate_Ignore_Table v1, Replicate_Wild_Do_Table v1,"
          + " Replicate_Wild_Ignore_Table v1, Last_Errno u, Last_Error v20, Skip_Counter u,"
          + " Exec_Source_Log_Pos u, Relay_Log_Space u, Until_Condition v6, Until_Log_File v512,"
          + " Until_Log_Pos u, Seconds_Behind_Source u?, Last_IO_Errno u, Last_IO_Error v20,"
          + " Last_SQL_Errno u, Last_SQL_Error v20, Replica_SQL_Running_State v256,"
          + " Retrieved_Gtid_Set t, Executed_Gtid_Set t, Auto_Position v1, Channel_Name v64,"
          + " Applied_Lsn u, Durable_Lsn u, Lag_Milliseconds u";

  private final ServerContext server;

  ReplicaStatus(ServerContext server) {
    this.server = server;
  }

  /// `oldNames` is SHOW SLAVE STATUS.
  StatementOutcome rows(boolean oldNames) {
    List<ColumnDefinition> columns = ColumnList.of(COLUMNS);
    if (oldNames) {
      columns =
          columns.stream()
              .map(c ->
                  c.withName(c.name().replace("Source", "Master").replace("Replica_", "Slave_")))
              .toList();
    }
    List<Value[]> rows = new ArrayList<>();
    if (server.engine().isReplica()) {
      rows.add(row(server.engine().status()));
    }
    return StatementOutcome.Rows.of(columns, rows);
  }

  private static Value[] row(EngineStatus status) {
    long applied = status.appliedLsn().value();
    long durable = status.durableLsn().value();
    boolean behind = applied < durable;
    return new RowBuilder()
        .text("Waiting for source to send event")
        .text("")
        .text("")
        .unsigned(0)
        .unsigned(0)
        .text("redo")
        .unsigned(durable)
        .text("")
        .unsigned(0)
        .text("redo")
        .text("Yes")
        .text("Yes")
        .text("")
        .text("")
        .text("")
        .text("")
        .text("")
        .text("")
        .unsigned(0)
        .text("")
        .unsigned(0)
        .unsigned(applied)
        .unsigned(Math.max(0, durable - applied))
        .text("None")
        .text("")
        .unsigned(0)
        .unsigned(status.lag().toSeconds())
        .unsigned(0)
        .text("")
        .unsigned(0)
        .text("")
        .text(behind ? "Applying redo" : "Replica has applied all redo; waiting for more")
        .text("")
        .text("")
        .text("0")
        .text("")
        .unsigned(applied)
        .unsigned(durable)
        .unsigned(status.lag().toMillis())
        .build();
  }
}
