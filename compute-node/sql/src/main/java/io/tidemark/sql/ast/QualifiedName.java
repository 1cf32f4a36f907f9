package io.tidemark.sql.ast;

/// Name of a table: `database` is empty if the statement did not say it.
public record QualifiedName(String database, String name) {
  public boolean hasDatabase() {
    return !database.isEmpty();
  }

  @Override
  public String toString() {
    return database.isEmpty() ? name : database + "." + name;
  }
}
