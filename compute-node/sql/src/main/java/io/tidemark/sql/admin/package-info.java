/// Execution of SET, SHOW, DESCRIBE, KILL, FLUSH and table maintenance.
@NullMarked
package io.tidemark.sql.admin;

import org.jspecify.annotations.NullMarked;
