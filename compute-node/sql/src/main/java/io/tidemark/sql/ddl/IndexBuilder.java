package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.IndexSpecification.IndexKind;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Makes index definitions of specifications and checks them against MySQL's limits.
final class IndexBuilder {
  private static final int MAX_KEY_BYTES = 3072;
  private static final int MAX_PARTS = 16;
  private static final int MAX_SECONDARY = 64;
  private static final int MAX_COMMENT = 1024;

  private IndexBuilder() {}

  /// `name` is what the index will be called; see [#chooseName].
  static IndexDefinition build(
      IndexSpecification index, String name, List<ColumnDefinition> columns) {
    if (index.kind() == IndexKind.FULLTEXT || index.kind() == IndexKind.SPATIAL) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, index.kind() + " indexes");
    }
    if (index.parts().size() > MAX_PARTS) {
      throw new Rejected(MySqlError.TOO_MANY_KEY_PARTS, MAX_PARTS);
    }
    if (index.comment().codePointCount(0, index.comment().length()) > MAX_COMMENT) {
      throw new Rejected(MySqlError.WRONG_STRING_LENGTH, index.comment(), "COMMENT", MAX_COMMENT);
    }
    List<IndexDefinition.Column> parts = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    long total = 0;
    for (IndexSpecification.Part part : index.parts()) {
      if (part.column().isEmpty()) {
        throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "functional index parts");
      }
      int number = find(columns, part.column());
      if (number < 0) {
        throw new Rejected(MySqlError.KEY_COLUMN_DOES_NOT_EXIST, part.column());
      }
      if (!used.add(number)) {
        throw new Rejected(MySqlError.DUP_FIELDNAME, part.column());
      }
      SqlType type = columns.get(number).type();
      int prefix = prefix(columns.get(number), part.prefixLength());
      total += partBytes(type, prefix);
      if (total > MAX_KEY_BYTES) {
        throw new Rejected(MySqlError.TOO_LONG_KEY, MAX_KEY_BYTES);
      }
      parts.add(new IndexDefinition.Column(number, prefix, part.descending()));
    }
    boolean primary = index.kind() == IndexKind.PRIMARY;
    if (primary && !index.visible()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "an invisible primary key");
    }
    return new IndexDefinition(
        primary ? IndexDefinition.PRIMARY_NAME : name,
        parts,
        primary || index.kind() == IndexKind.UNIQUE,
        !index.visible(),
        index.comment(),
        index.algorithm());
  }

  static int find(List<ColumnDefinition> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  /// 0 if the whole column is indexed.
  private static int prefix(ColumnDefinition column, int written) {
    SqlType type = column.type();
    if (written == 0) {
      throw new Rejected(MySqlError.KEY_PART_0, column.name());
    }
    boolean text = type.isString() && type.family() != TypeKind.Family.MEMBERS;
    if (written < 0) {
      if (type.kind().isLob()) {
        throw new Rejected(MySqlError.BLOB_KEY_WITHOUT_LENGTH, column.name());
      }
      return 0;
    }
    if (!text || (!type.kind().isLob() && written > type.length())) {
      throw new Rejected(MySqlError.WRONG_SUB_KEY);
    }
    return !type.kind().isLob() && written == type.length() ? 0 : written;
  }

  private static long partBytes(SqlType type, int prefix) {
    if (type.isString() && type.family() != TypeKind.Family.MEMBERS) {
      int width = type.collation().charset().maxBytesPerCharacter();
      return prefix > 0 ? (long) prefix * width : type.length() * width;
    }
    return 8;
  }

  /// The name of an index that was given none: that of its first column, numbered if taken.
  static String chooseName(IndexSpecification index, Set<String> taken) {
    if (index.kind() == IndexKind.PRIMARY) {
      return IndexDefinition.PRIMARY_NAME;
    }
    if (!index.name().isEmpty()) {
      checkName(index.name());
      return index.name();
    }
    String column = index.parts().get(0).column();
    String name = column.equalsIgnoreCase(IndexDefinition.PRIMARY_NAME) ? column + "_2" : column;
    for (int i = 2; taken.contains(name.toLowerCase(Locale.ROOT)); i++) {
      name = column + "_" + i;
    }
    return name;
  }

  static void checkName(String name) {
    if (name.codePointCount(0, name.length()) > 64) {
      throw new Rejected(MySqlError.TOO_LONG_IDENT, name);
    }
    if (name.isEmpty()
        || name.endsWith(" ")
        || name.equalsIgnoreCase(IndexDefinition.PRIMARY_NAME)
        || name.equals(IndexDefinition.HIDDEN_NAME)) {
      throw new Rejected(MySqlError.WRONG_NAME_FOR_INDEX, name);
    }
  }

  /// Checks that only the whole set of indexes can show.
  static void checkAll(List<IndexDefinition> indexes, List<ColumnDefinition> columns) {
    Set<String> names = new HashSet<>();
    int secondary = 0;
    for (IndexDefinition index : indexes) {
      if (index.isHidden()) {
        continue;
      }
      if (!names.add(index.name().toLowerCase(Locale.ROOT))) {
        throw index.isPrimary()
            ? new Rejected(MySqlError.MULTIPLE_PRI_KEY)
            : new Rejected(MySqlError.DUP_KEYNAME, index.name());
      }
      secondary += index.isPrimary() ? 0 : 1;
    }
    if (secondary > MAX_SECONDARY) {
      throw new Rejected(MySqlError.TOO_MANY_KEYS, MAX_SECONDARY);
    }
    int counters = 0;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).autoIncrement()) {
        counters++;
        if (counters > 1 || !leadsAnIndex(i, indexes)) {
          throw new Rejected(MySqlError.WRONG_AUTO_KEY);
        }
      }
    }
  }

  private static boolean leadsAnIndex(int column, List<IndexDefinition> indexes) {
    for (IndexDefinition index : indexes) {
      if (!index.isHidden() && index.columns().get(0).column() == column) {
        return true;
      }
    }
    return false;
  }
}
