/// Rows: the layout of tree entries, changes with their undo and locks, reads by snapshot, cursors.
@NullMarked
package io.tidemark.engine.table;

import org.jspecify.annotations.NullMarked;
