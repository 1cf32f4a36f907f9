/// The computed tables of `information_schema`, `performance_schema` and `sys`.
@NullMarked
package io.tidemark.sql.informationschema;

import org.jspecify.annotations.NullMarked;
