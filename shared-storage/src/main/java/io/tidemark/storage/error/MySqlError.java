package io.tidemark.storage.error;

import java.util.Locale;

/// The MySQL errors that Tidemark answers with: number, SQLSTATE and message template.
///
/// Source: MySQL 8.0 Error Message Reference (server errors). Templates use Java's `%s` and `%d` in
/// the order of MySQL's own arguments. Add what is missing in the order of the numbers.
public enum MySqlError {
  CANT_CREATE_DB_EXISTS(1007, "HY000", "Can't create database '%s'; database exists"),
  CANT_DROP_DB_NOT_EXISTS(1008, "HY000", "Can't drop database '%s'; database doesn't exist"),
  DISK_FULL(1021, "HY000", "Disk full (%s); waiting for someone to free some space..."),
  DUP_KEY(1022, "23000", "Can't write; duplicate key in table '%s'"),
  OUT_OF_MEMORY(1037, "HY001", "Out of memory; restart server and try again (needed %s bytes)"),
  CON_COUNT_ERROR(1040, "08004", "Too many connections"),
  HANDSHAKE_ERROR(1043, "08S01", "Bad handshake"),
  DBACCESS_DENIED(1044, "42000", "Access denied for user '%s'@'%s' to database '%s'"),
  ACCESS_DENIED(1045, "28000", "Access denied for user '%s'@'%s' (using password: %s)"),
  NO_DB(1046, "3D000", "No database selected"),
  UNKNOWN_COM(1047, "08S01", "Unknown command"),
  BAD_NULL(1048, "23000", "Column '%s' cannot be null"),
  BAD_DB(1049, "42000", "Unknown database '%s'"),
  TABLE_EXISTS(1050, "42S01", "Table '%s' already exists"),
  BAD_TABLE(1051, "42S02", "Unknown table '%s'"),
  NON_UNIQ(1052, "23000", "Column '%s' in %s is ambiguous"),
  SERVER_SHUTDOWN(1053, "08S01", "Server shutdown in progress"),
  BAD_FIELD(1054, "42S22", "Unknown column '%s' in '%s'"),
  DUP_FIELDNAME(1060, "42S21", "Duplicate column name '%s'"),
  DUP_KEYNAME(1061, "42000", "Duplicate key name '%s'"),
  DUP_ENTRY(1062, "23000", "Duplicate entry '%s' for key '%s'"),
  PARSE_ERROR(1064, "42000", "%s near '%s' at line %d"),
  EMPTY_QUERY(1065, "42000", "Query was empty"),
  NONUNIQ_TABLE(1066, "42000", "Not unique table/alias: '%s'"),
  UNKNOWN_THREAD(1094, "HY000", "Unknown thread id: %d"),
  NO_SUCH_TABLE(1146, "42S02", "Table '%s.%s' doesn't exist"),
  LOCK_WAIT_TIMEOUT(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction"),
  LOCK_DEADLOCK(
      1213, "40001", "Deadlock found when trying to get lock; try restarting transaction"),
  NOT_SUPPORTED_YET(1235, "42000", "This version of Tidemark doesn't yet support '%s'"),
  OPTION_PREVENTS_STATEMENT(
      1290,
      "HY000",
      "The Tidemark server is running with the %s option so it cannot execute this statement"),
  SP_DOES_NOT_EXIST(1305, "42000", "%s %s does not exist"),
  QUERY_INTERRUPTED(1317, "70100", "Query execution was interrupted"),
  CANT_EXECUTE_IN_READ_ONLY_TRANSACTION(
      1792, "25006", "Cannot execute statement in a READ ONLY transaction."),
  LOCK_NOWAIT(
      3572,
      "HY000",
      "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set.");

  private final int number;
  private final String sqlState;
  private final String template;

  MySqlError(int number, String sqlState, String template) {
    this.number = number;
    this.sqlState = sqlState;
    this.template = template;
  }

  public int number() {
    return number;
  }

  public String sqlState() {
    return sqlState;
  }

  /// The message with `arguments` filled in.
  public String format(Object... arguments) {
    return String.format(Locale.ROOT, template, arguments);
  }
}
