/// Undo: how row versions are kept, found again, and taken back.
///
/// README.md in this directory tells layout, order of writes and recovery.
@NullMarked
package io.tidemark.engine.undo;

import org.jspecify.annotations.NullMarked;
