/// Result sets as bytes: column definitions, and rows in the text and the binary protocol, encoded
/// straight into the connection's buffer.
@NullMarked
package io.tidemark.mysql.result;

import org.jspecify.annotations.NullMarked;
