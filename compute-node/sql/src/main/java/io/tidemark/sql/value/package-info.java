/// Values of MySQL's types and the conversions between them, with MySQL's rounding, warnings and
/// errors.
///
/// Every value is immutable and is one object (a string holds its bytes besides).
@NullMarked
package io.tidemark.sql.value;

import org.jspecify.annotations.NullMarked;
