package io.tidemark.sql.session;

import io.tidemark.sql.session.SqlSession.StateChange;
import io.tidemark.sql.variable.SessionSettings;
import java.util.ArrayList;
import java.util.List;

/// What clients that track the session (CLIENT_SESSION_TRACK) have been told of it: the database,
/// and the variables that MySQL's `session_track_system_variables` names by default, but for the
/// time zone. Confined to the session's thread.
final class TrackedState {
  private final SessionContext context;
  private String database;
  private boolean autocommit;
  private String clientCharset;
  private String resultsCharset;

  TrackedState(SessionContext context) {
    this.context = context;
    SessionSettings settings = context.settings();
    this.database = context.database();
    this.autocommit = settings.autocommit();
    this.clientCharset = settings.clientCharset();
    this.resultsCharset = settings.resultsCharset();
  }

  /// The differences to what was told before. Cheap if there are none.
  List<StateChange> takeChanges() {
    SessionSettings settings = context.settings();
    if (settings.autocommit() == autocommit
        && settings.clientCharset().equals(clientCharset)
        && settings.resultsCharset().equals(resultsCharset)
        && context.database().equals(database)) {
      return List.of();
    }
    List<StateChange> changes = new ArrayList<>();
    if (!context.database().equals(database)) {
      database = context.database();
      changes.add(new StateChange.Schema(database));
    }
    if (settings.autocommit() != autocommit) {
      autocommit = settings.autocommit();
      changes.add(new StateChange.SystemVariable("autocommit", autocommit ? "ON" : "OFF"));
    }
    if (!settings.clientCharset().equals(clientCharset)) {
      clientCharset = settings.clientCharset();
      changes.add(new StateChange.SystemVariable("character_set_client", clientCharset));
    }
    if (!settings.resultsCharset().equals(resultsCharset)) {
      resultsCharset = settings.resultsCharset();
      changes.add(new StateChange.SystemVariable("character_set_results", resultsCharset));
    }
    return changes;
  }
}
