package io.tidemark.sql.informationschema;

import io.tidemark.sql.table.VirtualTable;
import java.util.List;

/// Tables about objects that do not exist here: views, routines, triggers, events. Clients read
/// them all the same, and find no rows under the right columns.
final class EmptyTables {
  private EmptyTables() {}

  static void addTo(List<VirtualTable> tables) {
    add(
        tables,
        "VIEWS",
        "TABLE_CATALOG v64, TABLE_SCHEMA v64, TABLE_NAME v64, VIEW_DEFINITION t?, CHECK_OPTION v8?,"
            + " IS_UPDATABLE v3?, DEFINER v288?, SECURITY_TYPE v7?, CHARACTER_SET_CLIENT v64,"
            + " COLLATION_CONNECTION v64");
    add(
        tables,
        "ROUTINES",
        "SPECIFIC_NAME v64, ROUTINE_CATALOG v64, ROUTINE_SCHEMA v64, ROUTINE_NAME v64,"
            + " ROUTINE_TYPE v9, DATA_TYPE t?, CHARACTER_MAXIMUM_LENGTH i?,"
            + " CHARACTER_OCTET_LENGTH i?, NUMERIC_PRECISION u?, NUMERIC_SCALE u?,"
            + " DATETIME_PRECISION u?, CHARACTER_SET_NAME v64?, COLLATION_NAME v64?,"
            + " DTD_IDENTIFIER t?, ROUTINE_BODY v8, ROUTINE_DEFINITION t?, EXTERNAL_NAME v64?,"
            + " EXTERNAL_LANGUAGE v64, PARAMETER_STYLE v3, IS_DETERMINISTIC v3, SQL_DATA_ACCESS v17,"
            + " SQL_PATH v64?, SECURITY_TYPE v7, CREATED d, LAST_ALTERED d, SQL_MODE v520,"
            + " ROUTINE_COMMENT t, DEFINER v288, CHARACTER_SET_CLIENT v64,"
            + " COLLATION_CONNECTION v64, DATABASE_COLLATION v64");
    add(
        tables,
        "PARAMETERS",
        "SPECIFIC_CATALOG v64, SPECIFIC_SCHEMA v64, SPECIFIC_NAME v64, ORDINAL_POSITION u,"
            + " PARAMETER_MODE v5?, PARAMETER_NAME v64?, DATA_TYPE t?, CHARACTER_MAXIMUM_LENGTH i?,"
            + " CHARACTER_OCTET_LENGTH i?, NUMERIC_PRECISION u?, NUMERIC_SCALE i?,"
            + " DATETIME_PRECISION u?, CHARACTER_SET_NAME v64?, COLLATION_NAME v64?,"
            + " DTD_IDENTIFIER t, ROUTINE_TYPE v9");
    add(
        tables,
        "TRIGGERS",
        "TRIGGER_CATALOG v64, TRIGGER_SCHEMA v64, TRIGGER_NAME v64, EVENT_MANIPULATION v6,"
            + " EVENT_OBJECT_CATALOG v64, EVENT_OBJECT_SCHEMA v64, EVENT_OBJECT_TABLE v64,"
            + " ACTION_ORDER u, ACTION_CONDITION t?, ACTION_STATEMENT t, ACTION_ORIENTATION v3,"
            + " ACTION_TIMING v6, ACTION_REFERENCE_OLD_TABLE v64?, ACTION_REFERENCE_NEW_TABLE v64?,"
            + " ACTION_REFERENCE_OLD_ROW v3, ACTION_REFERENCE_NEW_ROW v3, CREATED d?, SQL_MODE v520,"
            + " DEFINER v288, CHARACTER_SET_CLIENT v64, COLLATION_CONNECTION v64,"
            + " DATABASE_COLLATION v64");
    add(
        tables,
        "EVENTS",
        "EVENT_CATALOG v64, EVENT_SCHEMA v64, EVENT_NAME v64, DEFINER v288, TIME_ZONE v64,"
            + " EVENT_BODY v3, EVENT_DEFINITION t, EVENT_TYPE v9, EXECUTE_AT d?,"
            + " INTERVAL_VALUE v256?, INTERVAL_FIELD v18?, SQL_MODE v520, STARTS d?, ENDS d?,"
            + " STATUS v21, ON_COMPLETION v12, CREATED d, LAST_ALTERED d, LAST_EXECUTED d?,"
            + " EVENT_COMMENT v2048, ORIGINATOR u, CHARACTER_SET_CLIENT v64,"
            + " COLLATION_CONNECTION v64, DATABASE_COLLATION v64");
    add(
        tables,
        "CHECK_CONSTRAINTS",
        "CONSTRAINT_CATALOG v64, CONSTRAINT_SCHEMA v64, CONSTRAINT_NAME v64, CHECK_CLAUSE t");
    add(
        tables,
        "FILES",
        "FILE_ID i?, FILE_NAME t?, FILE_TYPE v256?, TABLESPACE_NAME v268, TABLE_CATALOG v64,"
            + " TABLE_SCHEMA v64?, TABLE_NAME v64?, LOGFILE_GROUP_NAME v256?,"
            + " LOGFILE_GROUP_NUMBER i?, ENGINE v64, FULLTEXT_KEYS v64?, DELETED_ROWS i?,"
            + " UPDATE_COUNT i?, FREE_EXTENTS i?, TOTAL_EXTENTS i?, EXTENT_SIZE i?,"
            + " INITIAL_SIZE i?, MAXIMUM_SIZE i?, AUTOEXTEND_SIZE i?, CREATION_TIME d?,"
            + " LAST_UPDATE_TIME d?, LAST_ACCESS_TIME d?, RECOVER_TIME i?,"
            + " TRANSACTION_COUNTER i?, VERSION i?, ROW_FORMAT v256?, TABLE_ROWS i?,"
            + " AVG_ROW_LENGTH i?, DATA_LENGTH i?, MAX_DATA_LENGTH i?, INDEX_LENGTH i?,"
            + " DATA_FREE i?, CREATE_TIME d?, UPDATE_TIME d?, CHECK_TIME d?, CHECKSUM i?,"
            + " STATUS v256?, EXTRA v256?");
    add(
        tables,
        "COLUMN_PRIVILEGES",
        "GRANTEE v292, TABLE_CATALOG v512, TABLE_SCHEMA v64, TABLE_NAME v64, COLUMN_NAME v64,"
            + " PRIVILEGE_TYPE v64, IS_GRANTABLE v3");
    add(
        tables,
        "OPTIMIZER_TRACE",
        "QUERY t, TRACE t, MISSING_BYTES_BEYOND_MAX_MEM_SIZE i, INSUFFICIENT_PRIVILEGES i");
    add(tables, "PROFILING", "QUERY_ID i, SEQ i, STATE v30, DURATION v12");
  }

  private static void add(List<VirtualTable> tables, String name, String columns) {
    tables.add(
        new ComputedTable(
            InformationSchema.NAME, name, columns, (session, equalities) -> List.of()));
  }
}
