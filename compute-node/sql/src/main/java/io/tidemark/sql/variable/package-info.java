/// System and user variables: their definitions, scopes and values.
@NullMarked
package io.tidemark.sql.variable;

import org.jspecify.annotations.NullMarked;
