package io.tidemark.storage.error;

import java.util.Locale;

/// The MySQL errors that Tidemark answers with: number, SQLSTATE and message template.
///
/// Source: MySQL 8.0 Error Message Reference (server errors). Templates use Java's `%s` and `%d` in
/// the order of MySQL's own arguments. Add what is missing in the order of the numbers.
public enum MySqlError {
  CANT_CREATE_FILE(1004, "HY000", "Can't create file '%s' (errno: %d - %s)"),
  CANT_CREATE_TABLE(1005, "HY000", "Can't create table '%s' (errno: %d - %s)"),
  CANT_CREATE_DB(1006, "HY000", "Can't create database '%s' (errno: %d)"),
  CANT_CREATE_DB_EXISTS(1007, "HY000", "Can't create database '%s'; database exists"),
  CANT_DROP_DB_NOT_EXISTS(1008, "HY000", "Can't drop database '%s'; database doesn't exist"),
  DISK_FULL(1021, "HY000", "Disk full (%s); waiting for someone to free some space..."),
  DUP_KEY(1022, "23000", "Can't write; duplicate key in table '%s'"),
  ERROR_ON_READ(1024, "HY000", "Error reading file '%s' (errno: %d - %s)"),
  ERROR_ON_WRITE(1026, "HY000", "Error writing file '%s' (errno: %d - %s)"),
  FILSORT_ABORT(1028, "HY000", "Sort aborted"),
  ILLEGAL_HA(1031, "HY000", "Table storage engine for '%s' doesn't have this option"),
  KEY_NOT_FOUND(1032, "HY000", "Can't find record in '%s'"),
  OUT_OF_MEMORY(1037, "HY001", "Out of memory; restart server and try again (needed %s bytes)"),
  CON_COUNT_ERROR(1040, "08004", "Too many connections"),
  OUT_OF_RESOURCES(
      1041,
      "HY000",
      "Out of memory; check if mysqld or some other process uses all available memory"),
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
  WRONG_FIELD_WITH_GROUP(
      1055,
      "42000",
      "Expression #%d of %s is not in GROUP BY clause and contains nonaggregated column '%s' which"
          + " is not functionally dependent on columns in GROUP BY clause; this is incompatible with"
          + " sql_mode=only_full_group_by"),
  WRONG_GROUP_FIELD(1056, "42000", "Can't group on '%s'"),
  WRONG_VALUE_COUNT(1058, "21S01", "Column count doesn't match value count"),
  TOO_LONG_IDENT(1059, "42000", "Identifier name '%s' is too long"),
  DUP_FIELDNAME(1060, "42S21", "Duplicate column name '%s'"),
  DUP_KEYNAME(1061, "42000", "Duplicate key name '%s'"),
  DUP_ENTRY(1062, "23000", "Duplicate entry '%s' for key '%s'"),
  WRONG_FIELD_SPEC(1063, "42000", "Incorrect column specifier for column '%s'"),
  PARSE_ERROR(1064, "42000", "%s near '%s' at line %d"),
  EMPTY_QUERY(1065, "42000", "Query was empty"),
  NONUNIQ_TABLE(1066, "42000", "Not unique table/alias: '%s'"),
  INVALID_DEFAULT(1067, "42000", "Invalid default value for '%s'"),
  MULTIPLE_PRI_KEY(1068, "42000", "Multiple primary key defined"),
  TOO_MANY_KEYS(1069, "42000", "Too many keys specified; max %d keys allowed"),
  TOO_MANY_KEY_PARTS(1070, "42000", "Too many key parts specified; max %d parts allowed"),
  TOO_LONG_KEY(1071, "42000", "Specified key was too long; max key length is %d bytes"),
  KEY_COLUMN_DOES_NOT_EXIST(1072, "42000", "Key column '%s' doesn't exist in table"),
  BLOB_USED_AS_KEY(
      1073,
      "42000",
      "BLOB column '%s' can't be used in key specification with the used table type"),
  TOO_BIG_FIELDLENGTH(
      1074, "42000", "Column length too big for column '%s' (max = %d); use BLOB or TEXT instead"),
  WRONG_AUTO_KEY(
      1075,
      "42000",
      "Incorrect table definition; there can be only one auto column and it must be "
          + "defined as a key"),
  WRONG_SUB_KEY(
      1089,
      "HY000",
      "Incorrect prefix key; the used key part isn't a string, the used length is longer "
          + "than the key part, or the storage engine doesn't support unique prefix keys"),
  CANT_REMOVE_ALL_FIELDS(
      1090, "42000", "You can't delete all columns with ALTER TABLE; use DROP TABLE instead"),
  CANT_DROP_FIELD_OR_KEY(1091, "42000", "Can't DROP '%s'; check that column/key exists"),
  UPDATE_TABLE_USED(1093, "HY000", "You can't specify target table '%s' for update in FROM clause"),
  UNKNOWN_THREAD(1094, "HY000", "Unknown thread id: %d"),
  KILL_DENIED(1095, "HY000", "You are not owner of thread %d"),
  NO_TABLES_USED(1096, "HY000", "No tables used"),
  TOO_BIG_SET(1097, "HY000", "Too many strings for column %s and SET"),
  TABLE_NOT_LOCKED_FOR_WRITE(
      1099, "HY000", "Table '%s' was locked with a READ lock and can't be updated"),
  TABLE_NOT_LOCKED(1100, "HY000", "Table '%s' was not locked with LOCK TABLES"),
  BLOB_CANT_HAVE_DEFAULT(
      1101, "42000", "BLOB, TEXT, GEOMETRY or JSON column '%s' can't have a default value"),
  WRONG_DB_NAME(1102, "42000", "Incorrect database name '%s'"),
  WRONG_TABLE_NAME(1103, "42000", "Incorrect table name '%s'"),
  TOO_BIG_SELECT(
      1104,
      "42000",
      "The SELECT would examine more than MAX_JOIN_SIZE rows; check your WHERE and use SET "
          + "SQL_BIG_SELECTS=1 or SET MAX_JOIN_SIZE=# if the SELECT is okay"),
  UNKNOWN_ERROR(1105, "HY000", "Unknown error"),
  UNKNOWN_PROCEDURE(1106, "42000", "Unknown procedure '%s'"),
  WRONG_PARAMCOUNT_TO_PROCEDURE(1107, "42000", "Incorrect parameter count to procedure '%s'"),
  UNKNOWN_TABLE(1109, "42S02", "Unknown table '%s' in %s"),
  FIELD_SPECIFIED_TWICE(1110, "42000", "Column '%s' specified twice"),
  INVALID_GROUP_FUNC_USE(1111, "HY000", "Invalid use of group function"),
  UNSUPPORTED_EXTENSION(
      1112, "42000", "Table '%s' uses an extension that doesn't exist in this MySQL version"),
  TABLE_MUST_HAVE_COLUMNS(1113, "42000", "A table must have at least 1 column"),
  UNKNOWN_CHARACTER_SET(1115, "42000", "Unknown character set: '%s'"),
  TOO_MANY_FIELDS(1117, "HY000", "Too many columns"),
  TOO_BIG_ROWSIZE(
      1118,
      "42000",
      "Row size too large. The maximum row size for the used table type, not counting "
          + "BLOBs, is %d. This includes storage overhead, check the manual. You have to change "
          + "some columns to TEXT or BLOBs"),
  NULL_COLUMN_IN_INDEX(
      1121,
      "42000",
      "Table handler doesn't support NULL in given index. Please change column '%s' to be "
          + "NOT NULL or use another handler"),
  PASSWORD_ANONYMOUS_USER(
      1131,
      "42000",
      "You are using MySQL as an anonymous user and anonymous users are not allowed to "
          + "change passwords"),
  PASSWORD_NO_MATCH(1133, "42000", "Can't find any matching row in the user table"),
  WRONG_VALUE_COUNT_ON_ROW(1136, "21S01", "Column count doesn't match value count at row %d"),
  INVALID_USE_OF_NULL(1138, "22004", "Invalid use of NULL value"),
  REGEXP_ERROR(1139, "42000", "Got error '%s' from regexp"),
  MIX_OF_GROUP_FUNC_AND_FIELDS(
      1140,
      "42000",
      "In aggregated query without GROUP BY, expression #%d of %s contains "
          + "nonaggregated column '%s'; this is incompatible with sql_mode=only_full_group_by"),
  NONEXISTING_GRANT(1141, "42000", "There is no such grant defined for user '%s' on host '%s'"),
  TABLEACCESS_DENIED(1142, "42000", "%s command denied to user '%s'@'%s' for table '%s'"),
  COLUMNACCESS_DENIED(
      1143, "42000", "%s command denied to user '%s'@'%s' for column '%s' in table '%s'"),
  ILLEGAL_GRANT_FOR_TABLE(
      1144,
      "42000",
      "Illegal GRANT/REVOKE command; please consult the manual to see which privileges can "
          + "be used"),
  GRANT_WRONG_HOST_OR_USER(1145, "42000", "The host or user argument to GRANT is too long"),
  NO_SUCH_TABLE(1146, "42S02", "Table '%s.%s' doesn't exist"),
  NONEXISTING_TABLE_GRANT(
      1147, "42000", "There is no such grant defined for user '%s' on host '%s' on table '%s'"),
  SYNTAX_ERROR(
      1149,
      "42000",
      "You have an error in your SQL syntax; check the manual that corresponds to your "
          + "MySQL server version for the right syntax to use"),
  NET_PACKET_TOO_LARGE(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes"),
  NET_PACKETS_OUT_OF_ORDER(1156, "08S01", "Got packets out of order"),
  TOO_LONG_STRING(1162, "42000", "Result string is longer than 'max_allowed_packet' bytes"),
  TABLE_CANT_HANDLE_BLOB(1163, "42000", "The used table type doesn't support BLOB/TEXT columns"),
  TABLE_CANT_HANDLE_AUTO_INCREMENT(
      1164, "42000", "The used table type doesn't support AUTO_INCREMENT columns"),
  WRONG_COLUMN_NAME(1166, "42000", "Incorrect column name '%s'"),
  WRONG_KEY_COLUMN(1167, "42000", "The used storage engine can't index column '%s'"),
  DUP_UNIQUE(1169, "23000", "Can't write, because of unique constraint, to table '%s'"),
  BLOB_KEY_WITHOUT_LENGTH(
      1170, "42000", "BLOB/TEXT column '%s' used in key specification without a key length"),
  PRIMARY_CANT_HAVE_NULL(
      1171,
      "42000",
      "All parts of a PRIMARY KEY must be NOT NULL; if you need NULL in a key, use UNIQUE "
          + "instead"),
  TOO_MANY_ROWS(1172, "42000", "Result consisted of more than one row"),
  REQUIRES_PRIMARY_KEY(1173, "42000", "This table type requires a primary key"),
  UPDATE_WITHOUT_KEY_IN_SAFE_MODE(
      1175,
      "HY000",
      "You are using safe update mode and you tried to update a table without a WHERE that "
          + "uses a KEY column. %s"),
  KEY_DOES_NOT_EXIST(1176, "42000", "Key '%s' doesn't exist in table '%s'"),
  CHECK_NO_SUCH_TABLE(1177, "42000", "Can't open table"),
  CHECK_NOT_IMPLEMENTED(1178, "42000", "The storage engine for the table doesn't support %s"),
  ERROR_DURING_COMMIT(1180, "HY000", "Got error %d - '%s' during COMMIT"),
  CANT_DO_THIS_DURING_A_TRANSACTION(
      1179, "25000", "You are not allowed to execute this command in a transaction"),
  UNKNOWN_SYSTEM_VARIABLE(1193, "HY000", "Unknown system variable '%s'"),
  TOO_MANY_USER_CONNECTIONS(
      1203, "42000", "User %s already has more than 'max_user_connections' active connections"),
  SET_CONSTANTS_ONLY(1204, "HY000", "You may only use constant expressions with SET"),
  LOCK_WAIT_TIMEOUT(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction"),
  LOCK_TABLE_FULL(1206, "HY000", "The total number of locks exceeds the lock table size"),
  WRONG_ARGUMENTS(1210, "HY000", "Incorrect arguments to %s"),
  LOCK_DEADLOCK(
      1213, "40001", "Deadlock found when trying to get lock; try restarting transaction"),
  CANNOT_ADD_FOREIGN(1215, "HY000", "Cannot add foreign key constraint"),
  NO_REFERENCED_ROW(
      1216, "23000", "Cannot add or update a child row: a foreign key constraint fails"),
  ROW_IS_REFERENCED(
      1217, "23000", "Cannot delete or update a parent row: a foreign key constraint fails"),
  WRONG_USAGE(1221, "HY000", "Incorrect usage of %s and %s"),
  WRONG_NUMBER_OF_COLUMNS_IN_SELECT(
      1222, "21000", "The used SELECT statements have a different number of columns"),
  CANT_UPDATE_WITH_READLOCK(
      1223, "HY000", "Can't execute the query because you have a conflicting read lock"),
  DUP_ARGUMENT(1225, "HY000", "Option '%s' used twice in statement"),
  SPECIFIC_ACCESS_DENIED(
      1227,
      "42000",
      "Access denied; you need (at least one of) the %s privilege(s) for this operation"),
  LOCAL_VARIABLE(
      1228, "HY000", "Variable '%s' is a SESSION variable and can't be used with SET GLOBAL"),
  GLOBAL_VARIABLE(
      1229, "HY000", "Variable '%s' is a GLOBAL variable and should be set with SET GLOBAL"),
  NO_DEFAULT(1230, "42000", "Variable '%s' doesn't have a default value"),
  WRONG_VALUE_FOR_VAR(1231, "42000", "Variable '%s' can't be set to the value of '%s'"),
  WRONG_TYPE_FOR_VAR(1232, "42000", "Incorrect argument type to variable '%s'"),
  VAR_CANT_BE_READ(1233, "HY000", "Variable '%s' can only be set, not read"),
  CANT_USE_OPTION_HERE(1234, "42000", "Incorrect usage/placement of '%s'"),
  NOT_SUPPORTED_YET(1235, "42000", "This version of Tidemark doesn't yet support '%s'"),
  INCORRECT_GLOBAL_LOCAL_VAR(1238, "HY000", "Variable '%s' is a %s variable"),
  WRONG_FK_DEF(1239, "42000", "Incorrect foreign key definition for '%s': %s"),
  OPERAND_COLUMNS(1241, "21000", "Operand should contain %d column(s)"),
  SUBQUERY_NO_1_ROW(1242, "21000", "Subquery returns more than 1 row"),
  UNKNOWN_STMT_HANDLER(1243, "HY000", "Unknown prepared statement handler (%s) given to %s"),
  ILLEGAL_REFERENCE(1247, "42S22", "Reference '%s' not supported (%s)"),
  DERIVED_MUST_HAVE_ALIAS(1248, "42000", "Every derived table must have its own alias"),
  SELECT_REDUCED(1249, "01000", "Select %d was reduced during optimization"),
  TABLENAME_NOT_ALLOWED_HERE(
      1250, "42000", "Table '%s' from one of the SELECTs cannot be used in %s"),
  COLLATION_CHARSET_MISMATCH(1253, "42000", "COLLATION '%s' is not valid for CHARACTER SET '%s'"),
  CUT_VALUE_GROUP_CONCAT(1260, "HY000", "Row %d was cut by GROUP_CONCAT()"),
  WARN_TOO_FEW_RECORDS(1261, "01000", "Row %d doesn't contain data for all columns"),
  WARN_TOO_MANY_RECORDS(
      1262, "01000", "Row %d was truncated; it contained more data than there were input columns"),
  WARN_NULL_TO_NOTNULL(
      1263,
      "22004",
      "Column set to default value; NULL supplied to NOT NULL column '%s' at row %d"),
  WARN_DATA_OUT_OF_RANGE(1264, "22003", "Out of range value for column '%s' at row %d"),
  WARN_DATA_TRUNCATED(1265, "01000", "Data truncated for column '%s' at row %d"),
  WARN_USING_OTHER_HANDLER(1266, "HY000", "Using storage engine %s for table '%s'"),
  CANT_AGGREGATE_2COLLATIONS(
      1267, "HY000", "Illegal mix of collations (%s,%s) and (%s,%s) for operation '%s'"),
  REVOKE_GRANTS(
      1269, "HY000", "Can't revoke all privileges for one or more of the requested users"),
  CANT_AGGREGATE_3COLLATIONS(
      1270, "HY000", "Illegal mix of collations (%s,%s), (%s,%s), (%s,%s) for operation '%s'"),
  CANT_AGGREGATE_NCOLLATIONS(1271, "HY000", "Illegal mix of collations for operation '%s'"),
  UNKNOWN_COLLATION(1273, "HY000", "Unknown collation: '%s'"),
  BAD_REPLICA_UNTIL_COND(
      1277, "HY000", "Incorrect parameter or combination of parameters for START REPLICA UNTIL"),
  WRONG_NAME_FOR_INDEX(1280, "42000", "Incorrect index name '%s'"),
  UNKNOWN_STORAGE_ENGINE(1286, "42000", "Unknown storage engine '%s'"),
  WARN_DEPRECATED_SYNTAX(
      1287,
      "HY000",
      "'%s' is deprecated and will be removed in a future release. Please use %s instead"),
  NON_UPDATABLE_TABLE(1288, "HY000", "The target table %s of the %s is not updatable"),
  OPTION_PREVENTS_STATEMENT(
      1290,
      "HY000",
      "The Tidemark server is running with the %s option so it cannot execute this " + "statement"),
  DUPLICATED_VALUE_IN_TYPE(1291, "HY000", "Column '%s' has duplicated value '%s' in %s"),
  TRUNCATED_WRONG_VALUE(1292, "22007", "Truncated incorrect %s value: '%s'"),
  /// Number 1292 as well: the value is not even the beginning of one.
  INCORRECT_VALUE(1292, "22007", "Incorrect %s value: '%s'"),
  /// Number 1292 as well: where the value should go into a column.
  INCORRECT_VALUE_FOR_COLUMN(1292, "22007", "Incorrect %s value: '%s' for column '%s' at row %d"),
  INVALID_ON_UPDATE(1294, "HY000", "Invalid ON UPDATE clause for '%s' column"),
  UNSUPPORTED_PS(
      1295, "HY000", "This command is not supported in the prepared statement protocol yet"),
  UNKNOWN_TIME_ZONE(1298, "HY000", "Unknown or incorrect time zone: '%s'"),
  INVALID_CHARACTER_STRING(1300, "HY000", "Invalid %s character string: '%s'"),
  WARN_ALLOWED_PACKET_OVERFLOWED(
      1301, "HY000", "Result of %s() was larger than max_allowed_packet (%d) - truncated"),
  SP_DOES_NOT_EXIST(1305, "42000", "%s %s does not exist"),
  QUERY_INTERRUPTED(1317, "70100", "Query execution was interrupted"),
  WRONG_OBJECT(1347, "HY000", "'%s.%s' is not %s"),
  VIEW_WRONG_LIST(
      1353,
      "HY000",
      "In definition of view, derived table or common table expression, SELECT list and column names"
          + " list have different column counts"),
  VIEW_INVALID(
      1356,
      "HY000",
      "View '%s.%s' references invalid table(s) or column(s) or function(s) or "
          + "definer/invoker of view lack rights to use them"),
  NO_DEFAULT_FOR_FIELD(1364, "HY000", "Field '%s' doesn't have a default value"),
  DIVISION_BY_ZERO(1365, "22012", "Division by 0"),
  TRUNCATED_WRONG_VALUE_FOR_FIELD(
      1366, "HY000", "Incorrect %s value: '%s' for column '%s' at row %d"),
  ILLEGAL_VALUE_FOR_TYPE(1367, "22007", "Illegal %s '%s' value found during parsing"),
  PROCACCESS_DENIED(1370, "42000", "%s command denied to user '%s'@'%s' for routine '%s'"),
  PASSWD_LENGTH(1372, "HY000", "Password hash should be a %d-digit hexadecimal number"),
  NO_BINARY_LOGGING(1381, "HY000", "You are not using binary logging"),
  PS_MANY_PARAM(1390, "HY000", "Prepared statement contains too many placeholders"),
  KEY_PART_0(1391, "HY000", "Key part '%s' length cannot be 0"),
  CANNOT_USER(1396, "HY000", "Operation %s failed for %s"),
  DATA_TOO_LONG(1406, "22001", "Data too long for column '%s' at row %d"),
  SP_BAD_SQLSTATE(1407, "42000", "Bad SQLSTATE: '%s'"),
  CANT_CREATE_USER_WITH_GRANT(1410, "42000", "You are not allowed to create a user with GRANT"),
  WRONG_VALUE_FOR_TYPE(1411, "HY000", "Incorrect %s value: '%s' for function %s"),
  TABLE_DEF_CHANGED(1412, "HY000", "Table definition has changed, please retry transaction"),
  STMT_HAS_NO_OPEN_CURSOR(1421, "HY000", "The statement (%d) has no open cursor."),
  TOO_BIG_SCALE(1425, "42000", "Too big scale %d specified for column '%s'. Maximum is %d."),
  TOO_BIG_PRECISION(1426, "42000", "Too-big precision %d specified for '%s'. Maximum is %d."),
  M_BIGGER_THAN_D(
      1427, "42000", "For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '%s')."),
  TOO_BIG_DISPLAYWIDTH(1439, "42000", "Display width out of range for column '%s' (max = %d)"),
  DATETIME_FUNCTION_OVERFLOW(1441, "22008", "Datetime function: %s field overflow"),
  FORBID_SCHEMA_CHANGE(1450, "HY000", "Changing schema from '%s' to '%s' is not allowed."),
  ROW_IS_REFERENCED_2(
      1451, "23000", "Cannot delete or update a parent row: a foreign key constraint fails (%s)"),
  NO_REFERENCED_ROW_2(
      1452, "23000", "Cannot add or update a child row: a foreign key constraint fails (%s)"),
  MAX_PREPARED_STMT_COUNT_REACHED(
      1461,
      "42000",
      "Can't create more than max_prepared_stmt_count statements (current value: %d)"),
  NON_GROUPING_FIELD_USED(1463, "42000", "Non-grouping field '%s' is used in %s clause"),
  AUTOINC_READ_FAILED(1467, "HY000", "Failed to read auto-increment value from storage engine"),
  WRONG_STRING_LENGTH(
      1470, "HY000", "String '%s' is too long for %s (should be no longer than %d)"),
  NON_INSERTABLE_TABLE(1471, "HY000", "The target table %s of the %s is not insertable-into"),
  PLUGIN_IS_NOT_LOADED(1524, "HY000", "Plugin '%s' is not loaded"),
  WRONG_VALUE(1525, "HY000", "Incorrect %s value: '%s'"),
  DROP_INDEX_FK(1553, "HY000", "Cannot drop index '%s': needed in a foreign key constraint"),
  CANT_CHANGE_TX_CHARACTERISTICS(
      1568,
      "25001",
      "Transaction characteristics can't be changed while a transaction is in progress"),
  WRONG_PARAMCOUNT_TO_NATIVE_FCT(
      1582, "42000", "Incorrect parameter count in the call to native function '%s'"),
  WRONG_PARAMETERS_TO_NATIVE_FCT(
      1583, "42000", "Incorrect parameters in the call to native function '%s'"),
  TOO_LONG_FIELD_COMMENT(1587, "HY000", "Comment for field '%s' is too long (max = %d)"),
  TOO_LONG_TABLE_COMMENT(1628, "HY000", "Comment for table '%s' is too long (max = %d)"),
  FUNC_INEXISTENT_NAME_COLLISION(
      1630,
      "42000",
      "FUNCTION %s does not exist. Check the 'Function Name Parsing and Resolution' "
          + "section in the Reference Manual"),
  VARIABLE_READONLY_DEPRECATED(
      1681, "HY000", "Updating '%s' is deprecated. It will be made read-only in a future release."),
  DATA_OUT_OF_RANGE(1690, "22003", "%s value is out of range in '%s'"),
  TRUNCATE_ILLEGAL_FK(
      1701, "42000", "Cannot truncate a table referenced in a foreign key constraint (%s)"),
  CANT_EXECUTE_IN_READ_ONLY_TRANSACTION(
      1792, "25006", "Cannot execute statement in a READ ONLY transaction."),
  MUST_CHANGE_PASSWORD(
      1820,
      "HY000",
      "You must reset your password using ALTER USER statement before executing this "
          + "statement."),
  FK_NO_INDEX_CHILD(
      1821,
      "HY000",
      "Failed to add the foreign key constraint. Missing index for constraint '%s' in the "
          + "foreign table '%s'"),
  FK_NO_INDEX_PARENT(
      1822,
      "HY000",
      "Failed to add the foreign key constraint. Missing index for constraint '%s' in the "
          + "referenced table '%s'"),
  FK_CANNOT_OPEN_PARENT(1824, "HY000", "Failed to open the referenced table '%s'"),
  FK_DUP_NAME(1826, "HY000", "Duplicate foreign key constraint name '%s'"),
  PASSWORD_FORMAT(1827, "HY000", "The password hash doesn't have the expected format."),
  FK_COLUMN_CANNOT_DROP(
      1828, "HY000", "Cannot drop column '%s': needed in a foreign key constraint '%s'"),
  FK_COLUMN_CANNOT_DROP_CHILD(
      1829,
      "HY000",
      "Cannot drop column '%s': needed in a foreign key constraint '%s' of table '%s'"),
  FK_COLUMN_NOT_NULL(
      1830,
      "HY000",
      "Column '%s' cannot be NOT NULL: needed in a foreign key constraint '%s' SET NULL"),
  DUP_INDEX(
      1831,
      "HY000",
      "Duplicate index '%s' defined on the table '%s.%s'. This is deprecated and will be "
          + "disallowed in a future release."),
  FK_COLUMN_CANNOT_CHANGE(
      1832, "HY000", "Cannot change column '%s': used in a foreign key constraint '%s'"),
  FK_CANNOT_DELETE_PARENT(
      1834,
      "HY000",
      "Cannot delete rows from table which is parent in a foreign key constraint '%s' of "
          + "table '%s'"),
  MALFORMED_PACKET(1835, "HY000", "Malformed communication packet."),
  ALTER_OPERATION_NOT_SUPPORTED(1845, "0A000", "%s is not supported for this operation. Try %s."),
  ALTER_OPERATION_NOT_SUPPORTED_REASON(1846, "0A000", "%s is not supported. Reason: %s. Try %s."),
  ALTER_OPERATION_NEEDS_DROP(
      1853, "0A000", "Dropping a primary key is not allowed without also adding a new primary key"),
  INVALID_ARGUMENT_FOR_LOGARITHM(3020, "2201E", "Invalid argument for logarithm"),
  QUERY_TIMEOUT(
      3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded"),
  INCORRECT_TYPE(3064, "HY000", "Incorrect type for argument %s in function %s."),
  FIELD_IN_ORDER_NOT_SELECT(
      3065,
      "HY000",
      "Expression #%d of %s is not in SELECT list, references column '%s' which is not in "
          + "SELECT list; this is incompatible with %s"),
  UNSUPPORTED_ACTION_ON_GENERATED_COLUMN(
      3106, "HY000", "'%s' is not supported for generated columns."),
  ACCOUNT_HAS_BEEN_LOCKED(3118, "HY000", "Access denied for user '%s'@'%s'. Account is locked."),
  USER_DOES_NOT_EXIST(3162, "HY000", "Authorization ID '%s'@'%s' does not exist."),
  USER_ALREADY_EXISTS(3163, "HY000", "Authorization ID '%s'@'%s' already exists."),
  DEPENDENT_BY_GENERATED_COLUMN(
      3508, "HY000", "Column '%s' of table '%s' has a generated column dependency."),
  UNKNOWN_AUTHID(3523, "HY000", "Unknown authorization ID `%s`@`%s`"),
  NO_SYSTEM_TABLE_ACCESS(3554, "HY000", "Access to system table '%s.%s' is rejected."),
  LOCK_NOWAIT(
      3572,
      "HY000",
      "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is "
          + "set."),
  REGEXP_ILLEGAL_ARGUMENT(3685, "HY000", "Illegal argument to a regular expression."),
  REGEXP_INDEX_OUTOFBOUNDS(3686, "HY000", "Index out of bounds in regular expression search."),
  REGEXP_RULE_SYNTAX(3688, "HY000", "Syntax error in regular expression on line 1, character %d."),
  DEPRECATED_UTF8_ALIAS(
      3719,
      "HY000",
      "'utf8' is currently an alias for the character set UTF8MB3, but will be an alias "
          + "for UTF8MB4 in a future release. Please consider using UTF8MB4 in order to be "
          + "unambiguous."),
  FK_CANNOT_DROP_PARENT(
      3730,
      "HY000",
      "Cannot drop table '%s' referenced by a foreign key constraint '%s' on table '%s'."),
  DEPRECATED_COLLATION(
      3778,
      "HY000",
      "'%s' is a collation of the deprecated character set UTF8MB3. Please consider using "
          + "UTF8MB4 with an appropriate collation instead."),
  FK_INCOMPATIBLE_COLUMNS(
      3780,
      "HY000",
      "Referencing column '%s' and referenced column '%s' in foreign key constraint '%s' "
          + "are incompatible."),
  CHECK_CONSTRAINT_VIOLATED(3819, "HY000", "Check constraint '%s' is violated."),
  CHECK_CONSTRAINT_NOT_FOUND(3821, "HY000", "Check constraint '%s' is not found in the table."),
  CHECK_CONSTRAINT_DUP_NAME(3822, "HY000", "Duplicate check constraint name '%s'."),
  TABLE_VALUE_CONSTRUCTOR_MUST_HAVE_COLUMNS(
      4028, "HY000", "A table must have at least one visible column."),
  CLIENT_INTERACTION_TIMEOUT(
      4031,
      "HY000",
      "The client was disconnected by the server because of inactivity. See wait_timeout and"
          + " interactive_timeout for configuring this behavior.");

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

  /// Whether the error takes back the whole transaction, not only the statement, as in InnoDB.
  public boolean endsTransaction() {
    return this == LOCK_DEADLOCK || this == LOCK_TABLE_FULL;
  }
}
