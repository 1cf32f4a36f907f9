package io.tidemark.sql.ddl;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;

/// What CHARACTER SET and COLLATE clauses mean together.
public final class CharsetChoice {
  private CharsetChoice() {}

  /// The collation of the two clauses, either of which may be empty; `otherwise` if both are.
  ///
  /// @throws Rejected 1115, 1273 for unknown names, 1253 if they do not fit
  public static Collation resolve(String charset, String collation, Collation otherwise) {
    if (collation.isEmpty()) {
      return charset.isEmpty() ? otherwise : charset(charset).defaultCollation();
    }
    Collation found =
        Collations.find(collation)
            .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_COLLATION, collation));
    if (!charset.isEmpty() && charset(charset) != found.charset()) {
      throw new Rejected(MySqlError.COLLATION_CHARSET_MISMATCH, collation, charset);
    }
    return found;
  }

  public static Charset charset(String name) {
    return Charset.find(name)
        .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_CHARACTER_SET, name));
  }
}
