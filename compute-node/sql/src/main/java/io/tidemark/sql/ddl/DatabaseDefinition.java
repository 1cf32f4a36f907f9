package io.tidemark.sql.ddl;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.storage.error.Corrupt;

/// What SQL knows of a database. Stored as a version byte, 1, and the collation's number in two
/// bytes.
///
/// @param collation default of its tables
public record DatabaseDefinition(Collation collation) {
  private static final int VERSION = 1;

  public byte[] encode() {
    int id = collation.id();
    return new byte[] {VERSION, (byte) (id >> 8), (byte) id};
  }

  public static DatabaseDefinition decode(byte[] bytes) {
    if (bytes.length != 3 || bytes[0] != VERSION) {
      throw new Corrupt(
          "database definition: expected 3 bytes of version 1, found " + bytes.length + " bytes");
    }
    int id = (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF);
    return new DatabaseDefinition(
        Collations.find(id)
            .orElseThrow(() -> new Corrupt("database definition: unknown collation " + id)));
  }
}
