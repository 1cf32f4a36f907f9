package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.ColumnSpecification.ColumnKey;
import io.tidemark.sql.ast.ColumnSpecification.Nullability;
import io.tidemark.sql.ast.DefinitionStatement.CreateTable;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.IndexSpecification.IndexKind;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.ColumnMetadata;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes a table definition of CREATE TABLE. Confined to the statement's thread.
final class TableBuilder {
  private final SessionContext session;
  private final SessionServices services;
  private final ForeignKeyGraph graph;

  TableBuilder(SessionContext session, SessionServices services, ForeignKeyGraph graph) {
    this.session = session;
    this.services = services;
    this.graph = graph;
  }

  TableDefinition build(CreateTable statement, QualifiedName name, Collation databaseCollation) {
    refuseUnsupported(statement);
    Map<String, String> options = statement.options();
    TableOptions.checkEngine(options, statement.name().name(), session);
    TableOptions.refuseUnsupported(options);
    Collation collation =
        CharsetChoice.resolve(
            options.getOrDefault("CHARSET", ""),
            options.getOrDefault("COLLATE", ""),
            databaseCollation);
    ColumnBuilder builder = new ColumnBuilder(session, services);
    List<ColumnDefinition> columns = new ArrayList<>();
    for (ColumnSpecification column : statement.columns()) {
      columns.add(builder.build(column, collation));
    }
    if (statement.hasQuery()) {
      addQueryColumns(columns, services.describe(statement.query().get(0)));
    }
    List<IndexDefinition> indexes =
        indexes(
            columns, specifications(statement.columns(), statement.indexes()), statement.columns());
    TableLimits.checkColumns(columns);
    List<ForeignKeyDefinition> keys =
        new ForeignKeys(session, graph)
            .build(statement.foreignKeys(), name, columns, indexes, List.of());
    String comment = options.getOrDefault("COMMENT", "");
    TableLimits.checkComment(statement.name().name(), comment);
    return TableDefinition.create(
            columns,
            indexes,
            collation,
            comment,
            TableOptions.kept(Map.of(), options),
            session.statementTime().toEpochMilli())
        .withForeignKeys(keys);
  }

  private static void refuseUnsupported(CreateTable statement) {
    if (statement.temporary()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CREATE TEMPORARY TABLE");
    }
    if (!statement.partitioning().isEmpty()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "PARTITION BY");
    }
    if (!statement.checks().isEmpty()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CHECK constraints");
    }
  }

  /// The indexes that columns declare for themselves, then the others.
  static List<IndexSpecification> specifications(
      List<ColumnSpecification> columns, List<IndexSpecification> others) {
    List<IndexSpecification> all = new ArrayList<>();
    for (ColumnSpecification column : columns) {
      IndexKind kind =
          column.key() == ColumnKey.PRIMARY
              ? IndexKind.PRIMARY
              : column.key() == ColumnKey.UNIQUE || ColumnBuilder.isSerial(column)
                  ? IndexKind.UNIQUE
                  : IndexKind.PLAIN;
      if (kind != IndexKind.PLAIN) {
        IndexSpecification.Part part =
            new IndexSpecification.Part(column.name(), Expression.ABSENT, -1, false);
        all.add(new IndexSpecification(kind, "", List.of(part), "", true, ""));
      }
    }
    all.addAll(others);
    return all;
  }

  /// Builds all indexes; makes the columns of the primary key NOT NULL in `columns`.
  static List<IndexDefinition> indexes(
      List<ColumnDefinition> columns,
      List<IndexSpecification> specifications,
      List<ColumnSpecification> written) {
    List<IndexDefinition> indexes = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (IndexSpecification specification : specifications) {
      if (!specification.name().isEmpty()) {
        taken.add(specification.name().toLowerCase(Locale.ROOT));
      }
    }
    for (IndexSpecification specification : specifications) {
      String name = IndexBuilder.chooseName(specification, taken);
      taken.add(name.toLowerCase(Locale.ROOT));
      if (specification.kind() == IndexKind.PRIMARY) {
        requireNotNull(columns, specification, written);
      }
      indexes.add(IndexBuilder.build(specification, name, columns));
    }
    IndexBuilder.checkAll(indexes, columns);
    return indexes;
  }

  private static void requireNotNull(
      List<ColumnDefinition> columns,
      IndexSpecification primary,
      List<ColumnSpecification> written) {
    for (IndexSpecification.Part part : primary.parts()) {
      int number = IndexBuilder.find(columns, part.column());
      if (number < 0) {
        continue;
      }
      for (ColumnSpecification column : written) {
        if (column.name().equalsIgnoreCase(part.column())
            && column.nullability() == Nullability.NULL) {
          throw new Rejected(MySqlError.PRIMARY_CANT_HAVE_NULL);
        }
      }
      ColumnDefinition column = columns.get(number);
      if (column.nullable()
          && column.defaultValue() instanceof ColumnDefault.Null
          && written.stream()
              .anyMatch(
                  w -> w.name().equalsIgnoreCase(part.column()) && w.defaultValue().isPresent())) {
        throw new Rejected(MySqlError.INVALID_DEFAULT, part.column());
      }
      columns.set(number, column.withNullable(false));
    }
  }

  /// Columns of AS SELECT that the statement does not define itself come behind.
  private static void addQueryColumns(List<ColumnDefinition> columns, List<ResultColumn> selected) {
    for (ResultColumn column : selected) {
      if (IndexBuilder.find(columns, column.name()) >= 0) {
        continue;
      }
      ColumnBuilder.checkName(column.name());
      boolean nullable = (column.flags() & ColumnMetadata.NOT_NULL_FLAG) == 0;
      ColumnDefinition plain =
          ColumnDefinition.of(column.name(), columnType(column.type()), nullable);
      columns.add(plain);
    }
  }

  /// The type that a column gets for a result's type.
  private static SqlType columnType(SqlType type) {
    return switch (type.kind()) {
      case NULL -> SqlType.binary(0);
      case INT -> type.unsigned() ? SqlType.integer(TypeKind.INT, true) : SqlType.INT;
      case BIGINT -> type.unsigned() ? SqlType.BIGINT_UNSIGNED : SqlType.BIGINT;
      default -> type;
    };
  }
}
