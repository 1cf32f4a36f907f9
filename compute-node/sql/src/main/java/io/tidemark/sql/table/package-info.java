/// Tables as SQL knows them, and the bytes they become.
///
/// A [TableDefinition] is encoded into the engine's table descriptor; [RowLayout] says where a row
/// keeps each column, [IndexKeyCodec] how index keys follow from rows. What was ever written
/// decodes for ever: formats carry their version.
@NullMarked
package io.tidemark.sql.table;

import org.jspecify.annotations.NullMarked;
