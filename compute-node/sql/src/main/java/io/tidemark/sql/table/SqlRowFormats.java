package io.tidemark.sql.table;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.row.RowFormat;
import io.tidemark.engine.row.RowFormatFactory;
import java.util.ArrayList;
import java.util.List;

/// Tells the engine how secondary keys follow from the rows of a table. Stateless.
public final class SqlRowFormats implements RowFormatFactory {
  @Override
  public RowFormat rowFormat(TableDescriptor table) {
    return of(DefinitionCodec.decode(table.definition()));
  }

  static RowFormat of(TableDefinition definition) {
    List<IndexKeyCodec> codecs = new ArrayList<>();
    for (int i = 0; i < definition.indexes().size(); i++) {
      codecs.add(definition.keyCodec(i));
    }
    return new SqlRowFormat(definition.rowSchema(), List.copyOf(codecs));
  }

  /// Of one version of one table. Immutable.
  private static final class SqlRowFormat implements RowFormat {
    private final RowSchema schema;
    private final List<IndexKeyCodec> codecs;

    SqlRowFormat(RowSchema schema, List<IndexKeyCodec> codecs) {
      this.schema = schema;
      this.codecs = codecs;
    }

    @Override
    public byte[] secondaryKey(
        int indexNo, byte[] primaryKey, byte[] rowBuffer, int rowOffset, int rowLength) {
      RowReader row = new RowReader(schema).wrap(rowBuffer, rowOffset, rowLength);
      return codecs.get(indexNo).secondaryKey(row, primaryKey);
    }

    @Override
    public int columnPartLength(int indexNo, byte[] key, int offset, int length) {
      return codecs.get(indexNo).columnPartLength(key, offset, length);
    }

    @Override
    public boolean hasNull(int indexNo, byte[] key, int offset, int length) {
      return codecs.get(indexNo).hasNull(key, offset, length);
    }
  }
}
