package io.tidemark.sql.admin;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.informationschema.ColumnList;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;

/// Columns of the results of SHOW.
final class ShowColumns {
  static final List<ColumnDefinition> WARNINGS = ColumnList.of("Level v7, Code u, Message v512");
  static final List<ColumnDefinition> COLUMNS =
      ColumnList.of("Field v64, Type t, Null v3, Key v3, Default t?, Extra v256?");
  static final List<ColumnDefinition> FULL_COLUMNS =
      ColumnList.of(
          "Field v64, Type t, Collation v64?, Null v3, Key v3, Default t?, Extra v256?,"
              + " Privileges v154?, Comment t");
  static final List<ColumnDefinition> INDEX =
      ColumnList.of(
          "Table v64, Non_unique i, Key_name v64?, Seq_in_index u, Column_name v64?,"
              + " Collation v1?, Cardinality i?, Sub_part i?, Packed v1?, Null v3, Index_type v11,"
              + " Comment v8, Index_comment v2048, Visible v3, Expression t?");
  static final List<ColumnDefinition> TABLE_STATUS =
      ColumnList.of(
          "Name v64, Engine v64?, Version i?, Row_format v10?, Rows u?, Avg_row_length u?,"
              + " Data_length u?, Max_data_length u?, Index_length u?, Data_free u?,"
              + " Auto_increment u?, Create_time d?, Update_time d?, Check_time d?, Collation v64?,"
              + " Checksum i?, Create_options v256?, Comment t?");
  static final List<ColumnDefinition> VARIABLES = ColumnList.of("Variable_name v64, Value v1024?");
  static final List<ColumnDefinition> PROCESSLIST =
      ColumnList.of("Id u, User v32, Host v261, db v64?, Command v16, Time i, State v64?, Info t?");
  static final List<ColumnDefinition> ENGINES =
      ColumnList.of(
          "Engine v64, Support v8, Comment v80, Transactions v3?, XA v3?, Savepoints v3?");
  static final List<ColumnDefinition> CHARACTER_SET =
      ColumnList.of("Charset v64, Description v2048, Default_collation v64, Maxlen u");
  static final List<ColumnDefinition> COLLATION =
      ColumnList.of(
          "Collation v64, Charset v64, Id u, Default v3, Compiled v3, Sortlen u, Pad_attribute v9");
  static final List<ColumnDefinition> PRIVILEGES =
      ColumnList.of("Privilege v64, Context v64, Comment v128");
  static final List<ColumnDefinition> PLUGINS =
      ColumnList.of("Name v64, Status v10, Type v80, Library v64?, License v80?");
  static final List<ColumnDefinition> OPEN_TABLES =
      ColumnList.of("Database v64, Table v64, In_use i, Name_locked i");
  static final List<ColumnDefinition> BINARY_LOG_STATUS =
      ColumnList.of(
          "File v255, Position u, Binlog_Do_DB v255, Binlog_Ignore_DB v255, Executed_Gtid_Set t");
  static final List<ColumnDefinition> REPLICAS =
      ColumnList.of("Server_Id u, Host v64, Port u, Source_Id u, Replica_UUID v64");
  static final List<ColumnDefinition> TRIGGERS =
      ColumnList.of(
          "Trigger v64, Event v6, Table v64, Statement t, Timing v6, Created d?, sql_mode v520,"
              + " Definer v288, character_set_client v64, collation_connection v64,"
              + " Database_Collation v64");
  static final List<ColumnDefinition> EVENTS =
      ColumnList.of(
          "Db v64, Name v64, Definer v288, Time_zone v64, Type v9, Execute_at d?,"
              + " Interval_value v256?, Interval_field v18?, Starts d?, Ends d?, Status v21,"
              + " Originator u, character_set_client v64, collation_connection v64,"
              + " Database_Collation v64");
  static final List<ColumnDefinition> ROUTINES =
      ColumnList.of(
          "Db v64, Name v64, Type v9, Definer v288, Modified d, Created d, Security_type v7,"
              + " Comment t, character_set_client v64, collation_connection v64,"
              + " Database_Collation v64");

  private ShowColumns() {}

  /// Text columns with names of their own.
  static List<ColumnDefinition> texts(String... names) {
    List<ColumnDefinition> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(
          ColumnDefinition.of(name, SqlType.varchar(1024, Collations.UTF8MB4_0900_AI_CI), true));
    }
    return columns;
  }

  /// The columns with the first one renamed.
  static List<ColumnDefinition> firstNamed(String name, List<ColumnDefinition> columns) {
    List<ColumnDefinition> renamed = new ArrayList<>(columns);
    renamed.set(0, columns.get(0).withName(name));
    return renamed;
  }

  /// The columns with the third one renamed.
  static List<ColumnDefinition> charset() {
    List<ColumnDefinition> columns = new ArrayList<>(CHARACTER_SET);
    columns.set(2, columns.get(2).withName("Default collation"));
    return columns;
  }

  /// Names of columns in the result that hold a space.
  static List<ColumnDefinition> routines() {
    List<ColumnDefinition> columns = new ArrayList<>(ROUTINES);
    columns.set(10, columns.get(10).withName("Database Collation"));
    return columns;
  }
}
