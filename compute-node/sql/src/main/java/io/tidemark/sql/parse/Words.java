package io.tidemark.sql.parse;

import java.util.Set;

/// MySQL 8.0's reserved words and other closed sets of words. Source: manual, Keywords and Reserved
/// Words.
final class Words {
  private Words() {}

  private static final Set<String> RESERVED =
      Set.of(
          ("ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB"
                  + " BOTH BY CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION"
                  + " CONSTRAINT CONTINUE CONVERT CREATE CROSS CUBE CUME_DIST CURRENT_DATE CURRENT_TIME"
                  + " CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DATABASES DAY_HOUR"
                  + " DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC DECIMAL DECLARE DEFAULT DELAYED DELETE"
                  + " DENSE_RANK DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL"
                  + " EACH ELSE ELSEIF EMPTY ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH"
                  + " FIRST_VALUE FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM FULLTEXT FUNCTION GENERATED"
                  + " GET GRANT GROUP GROUPING GROUPS HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE"
                  + " HOUR_SECOND IF IGNORE IN INDEX INFILE INNER INOUT INSENSITIVE INSERT INT INT1 INT2"
                  + " INT3 INT4 INT8 INTEGER INTERSECT INTERVAL INTO IO_AFTER_GTIDS IO_BEFORE_GTIDS IS"
                  + " ITERATE JOIN JSON_TABLE KEY KEYS KILL LAG LAST_VALUE LATERAL LEAD LEADING LEAVE"
                  + " LEFT LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB"
                  + " LONGTEXT LOOP LOW_PRIORITY MASTER_BIND MASTER_SSL_VERIFY_SERVER_CERT MATCH"
                  + " MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND"
                  + " MINUTE_SECOND MOD MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG NTH_VALUE NTILE NULL"
                  + " NUMERIC OF ON OPTIMIZE OPTIMIZER_COSTS OPTION OPTIONALLY OR ORDER OUT OUTER OUTFILE"
                  + " OVER PARTITION PERCENT_RANK PRECISION PRIMARY PROCEDURE PURGE RANGE RANK READ"
                  + " READS READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE RENAME REPEAT REPLACE"
                  + " REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE ROW ROWS ROW_NUMBER SCHEMA"
                  + " SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL SMALLINT"
                  + " SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT"
                  + " SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING STORED STRAIGHT_JOIN SYSTEM TABLE"
                  + " TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO TRAILING TRIGGER TRUE UNDO UNION"
                  + " UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP"
                  + " VALUES VARBINARY VARCHAR VARCHARACTER VARYING VIRTUAL WHEN WHERE WHILE WINDOW WITH"
                  + " WRITE XOR YEAR_MONTH ZEROFILL")
              .split(" "));

  /// Functions whose name must touch the parenthesis, unless IGNORE_SPACE.
  private static final Set<String> TOUCHING =
      Set.of(
          ("ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT"
                  + " GROUP_CONCAT MAX MID MIN NOW POSITION SESSION_USER STD STDDEV STDDEV_POP"
                  + " STDDEV_SAMP SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP"
                  + " VAR_SAMP")
              .split(" "));

  private static final Set<String> AGGREGATES =
      Set.of(
          ("AVG BIT_AND BIT_OR BIT_XOR COUNT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MIN STD"
                  + " STDDEV STDDEV_POP STDDEV_SAMP SUM VARIANCE VAR_POP VAR_SAMP")
              .split(" "));

  private static final Set<String> WINDOW_FUNCTIONS =
      Set.of(
          ("CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK"
                  + " ROW_NUMBER")
              .split(" "));

  private static final Set<String> UNITS =
      Set.of(
          ("MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND"
                  + " MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE"
                  + " DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH")
              .split(" "));

  /// Reserved words that are functions when a parenthesis follows.
  private static final Set<String> RESERVED_FUNCTIONS =
      Set.of("CHAR DATABASE IF INSERT LEFT MOD REPEAT REPLACE RIGHT SCHEMA TRUNCATE".split(" "));

  private static final Set<String> CHARSETS =
      Set.of(
          "UTF8MB4 UTF8MB3 UTF8 LATIN1 BINARY ASCII UCS2 UTF16 UTF16LE UTF32 CP1252 CP1251 GBK GB2312 GB18030 BIG5 SJIS"
              .split(" "));

  static Set<String> reserved() {
    return RESERVED;
  }

  static boolean isReserved(String word) {
    return RESERVED.contains(word);
  }

  static boolean mustTouch(String word) {
    return TOUCHING.contains(word);
  }

  static boolean isAggregate(String word) {
    return AGGREGATES.contains(word);
  }

  static boolean isWindowFunction(String word) {
    return WINDOW_FUNCTIONS.contains(word);
  }

  static boolean isUnit(String word) {
    return UNITS.contains(word);
  }

  static boolean isReservedFunction(String word) {
    return RESERVED_FUNCTIONS.contains(word);
  }

  static boolean isCharset(String word) {
    return CHARSETS.contains(word);
  }
}
