package io.tidemark.sql.ddl;

import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The options of CREATE TABLE and ALTER TABLE.
final class TableOptions {
  /// Options without effect that SHOW CREATE TABLE repeats, in its order.
  private static final List<String> KEPT =
      List.of(
          "MIN_ROWS",
          "MAX_ROWS",
          "AVG_ROW_LENGTH",
          "PACK_KEYS",
          "STATS_PERSISTENT",
          "STATS_AUTO_RECALC",
          "STATS_SAMPLE_PAGES",
          "CHECKSUM",
          "DELAY_KEY_WRITE",
          "ROW_FORMAT",
          "KEY_BLOCK_SIZE",
          "COMPRESSION");

  private TableOptions() {}

  /// Refuses or replaces a storage engine that is not there, as NO_ENGINE_SUBSTITUTION says.
  static void checkEngine(Map<String, String> options, String table, SessionContext session) {
    String engine = options.getOrDefault("ENGINE", options.getOrDefault("TYPE", ""));
    if (engine.isEmpty() || engine.equalsIgnoreCase("InnoDB")) {
      return;
    }
    if (session.settings().hasMode(SqlMode.NO_ENGINE_SUBSTITUTION)) {
      throw new Rejected(MySqlError.UNKNOWN_STORAGE_ENGINE, engine);
    }
    session.warnings().add(Warnings.Level.WARNING, MySqlError.UNKNOWN_STORAGE_ENGINE, engine);
    session
        .warnings()
        .add(Warnings.Level.WARNING, MySqlError.WARN_USING_OTHER_HANDLER, "InnoDB", table);
  }

  static void refuseUnsupported(Map<String, String> options) {
    String encryption = options.getOrDefault("ENCRYPTION", "N");
    if (!encryption.equalsIgnoreCase("N") && !encryption.isEmpty()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "ENCRYPTION");
    }
    for (String name : List.of("DATA DIRECTORY", "INDEX DIRECTORY", "CONNECTION")) {
      if (options.containsKey(name)) {
        throw new Rejected(MySqlError.NOT_SUPPORTED_YET, name);
      }
    }
  }

  /// What the table keeps of `written`, over `before`.
  static Map<String, String> kept(Map<String, String> before, Map<String, String> written) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (String name : KEPT) {
      String value = written.getOrDefault(name, before.getOrDefault(name, ""));
      boolean isDefault = value.isEmpty() || value.equalsIgnoreCase("DEFAULT") || value.equals("0");
      if (!isDefault || (value.equals("0") && name.startsWith("STATS_PERSISTENT"))) {
        kept.put(name, value.toUpperCase(Locale.ROOT));
      }
    }
    return kept;
  }

  /// The AUTO_INCREMENT option; 0 if it is not there.
  static long autoIncrement(Map<String, String> options) {
    String text = options.getOrDefault("AUTO_INCREMENT", "0");
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new Rejected(MySqlError.SYNTAX_ERROR);
    }
  }
}
