/// MySQL's data types as immutable descriptions: of columns, of expressions and of result metadata.
@NullMarked
package io.tidemark.sql.type;

import org.jspecify.annotations.NullMarked;
