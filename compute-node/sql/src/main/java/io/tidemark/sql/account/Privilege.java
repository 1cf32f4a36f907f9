package io.tidemark.sql.account;

import java.util.Locale;
import java.util.Optional;

/// MySQL's static privileges, in the order in which SHOW GRANTS lists them. Levels: global,
/// database and table, as the flags say.
public enum Privilege {
  SELECT(true, true, "To retrieve rows from table", "Tables"),
  INSERT(true, true, "To insert data into tables", "Tables"),
  UPDATE(true, true, "To update existing rows", "Tables"),
  DELETE(true, true, "To delete existing rows", "Tables"),
  CREATE(true, true, "To create new databases and tables", "Databases,Tables,Indexes"),
  DROP(true, true, "To drop databases, tables, and views", "Databases,Tables"),
  RELOAD(false, false, "To reload or refresh tables, logs and privileges", "Server Admin"),
  SHUTDOWN(false, false, "To shut down the server", "Server Admin"),
  PROCESS(false, false, "To view the plain text of currently executing queries", "Server Admin"),
  FILE(false, false, "To read and write files on the server", "File access on server"),
  REFERENCES(true, true, "To have references on tables", "Databases,Tables"),
  INDEX(true, true, "To create or drop indexes", "Tables"),
  ALTER(true, true, "To alter the table", "Tables"),
  SHOW_DATABASES(false, false, "To see all databases with SHOW DATABASES", "Server Admin"),
  SUPER(false, false, "To use KILL thread, SET GLOBAL, CHANGE MASTER, etc.", "Server Admin"),
  CREATE_TEMPORARY_TABLES(true, false, "To use CREATE TEMPORARY TABLE", "Databases"),
  LOCK_TABLES(true, false, "To use LOCK TABLES (together with SELECT privilege)", "Databases"),
  EXECUTE(true, false, "To execute stored routines", "Functions,Procedures"),
  REPLICATION_SLAVE(false, false, "To read binary log events from the source", "Server Admin"),
  REPLICATION_CLIENT(false, false, "To ask where the slave or master servers are", "Server Admin"),
  CREATE_VIEW(true, true, "To create new views", "Tables"),
  SHOW_VIEW(true, true, "To see views with SHOW CREATE VIEW", "Tables"),
  CREATE_ROUTINE(true, false, "To use CREATE FUNCTION/PROCEDURE", "Databases"),
  ALTER_ROUTINE(
      true, false, "To alter or drop stored functions/procedures", "Functions,Procedures"),
  CREATE_USER(false, false, "To create new users", "Server Admin"),
  EVENT(true, false, "To create, alter, drop and execute events", "Server Admin"),
  TRIGGER(true, true, "To use triggers", "Tables"),
  CREATE_TABLESPACE(false, false, "To create/alter/drop tablespaces", "Server Admin"),
  CREATE_ROLE(false, false, "To create new roles", "Server Admin"),
  DROP_ROLE(false, false, "To drop roles", "Server Admin"),
  GRANT_OPTION(
      true, true, "To give to other users those privileges you possess", "Databases,Tables");

  private final boolean database;
  private final boolean table;
  private final String comment;
  private final String context;

  Privilege(boolean database, boolean table, String comment, String context) {
    this.database = database;
    this.table = table;
    this.comment = comment;
    this.context = context;
  }

  /// Its bit in a set of privileges.
  public long bit() {
    return 1L << ordinal();
  }

  /// As GRANT spells it.
  public String title() {
    return name().replace('_', ' ');
  }

  public boolean isForDatabases() {
    return database;
  }

  public boolean isForTables() {
    return table;
  }

  /// The columns Comment and Context of SHOW PRIVILEGES.
  public String comment() {
    return comment;
  }

  public String context() {
    return context;
  }

  /// The privilege of a name of GRANT.
  static Optional<Privilege> find(String title) {
    String name = title.toUpperCase(Locale.ROOT).replace(' ', '_');
    if (name.equals("REPLICATION_REPLICA")) {
      return Optional.of(REPLICATION_SLAVE);
    }
    for (Privilege privilege : values()) {
      if (privilege.name().equals(name)) {
        return Optional.of(privilege);
      }
    }
    return Optional.empty();
  }

  /// Every privilege of a level but GRANT OPTION: what ALL means.
  static long allGlobal() {
    return (1L << GRANT_OPTION.ordinal()) - 1;
  }

  static long allOfDatabases() {
    long bits = 0;
    for (Privilege privilege : values()) {
      if (privilege.database && privilege != GRANT_OPTION) {
        bits |= privilege.bit();
      }
    }
    return bits;
  }

  static long allOfTables() {
    long bits = 0;
    for (Privilege privilege : values()) {
      if (privilege.table && privilege != GRANT_OPTION) {
        bits |= privilege.bit();
      }
    }
    return bits;
  }
}
