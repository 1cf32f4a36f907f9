/// Foreign keys: which tables refer to which, and the checks and actions when rows change.
@NullMarked
package io.tidemark.sql.constraint;

import org.jspecify.annotations.NullMarked;
