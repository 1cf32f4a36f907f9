package io.tidemark.engine.row;

import io.tidemark.engine.catalog.TableDescriptor;

/// Makes the [RowFormat] of a table from its definition.
@FunctionalInterface
public interface RowFormatFactory {
  RowFormat rowFormat(TableDescriptor table);
}
