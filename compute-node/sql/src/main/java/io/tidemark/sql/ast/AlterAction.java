package io.tidemark.sql.ast;

import java.util.List;
import java.util.Map;

/// One action of ALTER TABLE.
public sealed interface AlterAction {
  /// Where a column goes.
  ///
  /// @param after name of the column before it, or empty
  record Position(boolean first, String after) {
    public static final Position LAST = new Position(false, "");
  }

  record AddColumn(ColumnSpecification column, Position position) implements AlterAction {}

  record AddIndex(IndexSpecification index) implements AlterAction {}

  record AddForeignKey(ForeignKey key) implements AlterAction {}

  record AddCheck(Check check) implements AlterAction {}

  record DropColumn(String column) implements AlterAction {}

  record DropIndex(String index) implements AlterAction {}

  record DropPrimaryKey() implements AlterAction {}

  record DropForeignKey(String name) implements AlterAction {}

  /// DROP CHECK or DROP CONSTRAINT.
  record DropConstraint(String name, boolean check) implements AlterAction {}

  /// MODIFY, or CHANGE with another name.
  ///
  /// @param positioned whether FIRST or AFTER was written; otherwise the column stays in its place
  record ModifyColumn(
      String oldName, ColumnSpecification column, boolean positioned, Position position)
      implements AlterAction {}

  /// SET DEFAULT, or DROP DEFAULT if absent.
  record AlterDefault(String column, Expression defaultValue, boolean isExpression)
      implements AlterAction {}

  record AlterColumnVisibility(String column, boolean visible) implements AlterAction {}

  record AlterIndexVisibility(String index, boolean visible) implements AlterAction {}

  record RenameColumn(String oldName, String newName) implements AlterAction {}

  record RenameIndex(String oldName, String newName) implements AlterAction {}

  record RenameTable(QualifiedName newName) implements AlterAction {}

  /// CONVERT TO CHARACTER SET; `collation` may be empty.
  record ConvertCharset(String charset, String collation) implements AlterAction {}

  /// Table options as in CREATE TABLE.
  record Options(Map<String, String> options) implements AlterAction {
    public Options {
      options = Map.copyOf(options);
    }
  }

  /// FORCE: rebuild.
  record Force() implements AlterAction {}

  /// ORDER BY columns: rebuild in that order.
  record Reorder(List<Expression.OrderItem> order) implements AlterAction {
    public Reorder {
      order = List.copyOf(order);
    }
  }

  /// ENABLE or DISABLE KEYS.
  record Keys(boolean enable) implements AlterAction {}

  /// `ALGORITHM=..` or `LOCK=..`, in upper case.
  record Manner(String name, String value) implements AlterAction {}

  /// A foreign key.
  ///
  /// @param onDelete `RESTRICT`, `CASCADE`, `SET NULL`, `NO ACTION`, `SET DEFAULT`, or empty
  record ForeignKey(
      String name,
      List<String> columns,
      QualifiedName references,
      List<String> referencedColumns,
      String onDelete,
      String onUpdate) {
    public ForeignKey {
      columns = List.copyOf(columns);
      referencedColumns = List.copyOf(referencedColumns);
    }
  }

  /// A CHECK constraint; its text as written is what SHOW CREATE TABLE derives from.
  record Check(String name, Expression condition, String text, boolean enforced) {}
}
