/// SQL on the engine: from statement text to rows and errors as MySQL gives them.
///
/// What is not supported is refused with MySQL's error number; never answered wrongly.
@NullMarked
package io.tidemark.sql;

import org.jspecify.annotations.NullMarked;
