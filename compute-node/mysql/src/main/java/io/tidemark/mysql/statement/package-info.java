/// Prepared statements of a connection: their handles, parameters and cursors.
@NullMarked
package io.tidemark.mysql.statement;

import org.jspecify.annotations.NullMarked;
