/// Passwords as accounts keep them and as clients prove them: `mysql_native_password` and
/// `caching_sha2_password`.
@NullMarked
package io.tidemark.sql.password;

import org.jspecify.annotations.NullMarked;
