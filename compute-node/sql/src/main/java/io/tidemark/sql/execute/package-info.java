/// Executes plans: row sources that fill slots, and the statements that change rows.
///
/// Plans are immutable and shared between sessions; an [io.tidemark.sql.execute.Execution] holds
/// all that one run of a statement changes.
@NullMarked
package io.tidemark.sql.execute;

import org.jspecify.annotations.NullMarked;
