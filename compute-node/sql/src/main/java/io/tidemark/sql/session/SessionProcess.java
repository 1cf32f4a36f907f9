package io.tidemark.sql.session;

import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/// What SHOW PROCESSLIST shows of a session. Written by the session's thread, read by any.
public final class SessionProcess {
  private static final int MAX_TEXT = 65_536;

  private final long connectionId;
  private final SqlServer.Account account;
  private final String clientHost;
  private final InstantSource clock;
  private final LongAdder questions;
  private volatile String database;
  private volatile String command = "Sleep";
  private volatile String state = "";
  private volatile String text = "";
  private volatile long sinceMillis;

  public SessionProcess(
      long connectionId,
      SqlServer.Account account,
      String clientHost,
      String database,
      InstantSource clock,
      LongAdder questions) {
    this.questions = questions;
    this.connectionId = connectionId;
    this.account = account;
    this.clientHost = clientHost;
    this.database = database;
    this.clock = clock;
    this.sinceMillis = clock.millis();
  }

  /// A command of the protocol begins: `Query`, `Execute`, `Prepare`, `Fetch`, `Binlog Dump`, ..
  public void begin(String newCommand, String newText) {
    text = newText.length() > MAX_TEXT ? newText.substring(0, MAX_TEXT) : newText;
    state = "executing";
    command = newCommand;
    sinceMillis = clock.millis();
    questions.increment();
  }

  /// The session waits for its client.
  public void end() {
    command = "Sleep";
    state = "";
    text = "";
    sinceMillis = clock.millis();
  }

  public void setState(String newState) {
    state = newState;
  }

  public void setDatabase(String name) {
    database = name;
  }

  public long connectionId() {
    return connectionId;
  }

  public SqlServer.Account account() {
    return account;
  }

  public String clientHost() {
    return clientHost;
  }

  /// Name of the current database, or empty.
  public String database() {
    return database;
  }

  public String command() {
    return command;
  }

  public String state() {
    return state;
  }

  /// The running statement, or empty.
  public String text() {
    return text;
  }

  /// Milliseconds since the command began or ended.
  public long millis() {
    return Math.max(0, clock.millis() - sinceMillis);
  }
}
