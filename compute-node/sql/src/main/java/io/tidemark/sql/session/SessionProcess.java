package io.tidemark.sql.session;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/// What SHOW PROCESSLIST shows of a session. Written by the session's thread, read by any.
public final class SessionProcess {
  private static final int MAX_TEXT = 65_536;
  private static final int MAX_CHARACTER_BYTES = 4;
  private static final byte[] NO_TEXT = {};

  private final long connectionId;
  private final SqlServer.Account account;
  private final String clientHost;
  private final InstantSource clock;
  private final LongAdder questions;
  private volatile String database;
  private volatile String command = "Sleep";
  private volatile String state = "";
  private volatile byte[] text = NO_TEXT;
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
  /// `newText` is its statement in UTF-8, shared: nobody changes it any more.
  public void begin(String newCommand, byte[] newText) {
    text = newText;
    state = "executing";
    command = newCommand;
    sinceMillis = clock.millis();
    questions.increment();
  }

  /// The session waits for its client.
  public void end() {
    command = "Sleep";
    state = "";
    text = NO_TEXT;
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

  /// The running statement, cut if it is long, or empty.
  public String text() {
    byte[] bytes = text;
    int length = Math.min(bytes.length, MAX_TEXT * MAX_CHARACTER_BYTES);
    String characters = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return characters.length() > MAX_TEXT ? characters.substring(0, MAX_TEXT) : characters;
  }

  /// Milliseconds since the command began or ended.
  public long millis() {
    return Math.max(0, clock.millis() - sinceMillis);
  }
}
