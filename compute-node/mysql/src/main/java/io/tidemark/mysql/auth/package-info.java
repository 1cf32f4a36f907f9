/// Proof of who a client is: the two password methods of MySQL, and what they keep.
///
/// A login says the same in the same time whether the account exists or not.
@NullMarked
package io.tidemark.mysql.auth;

import org.jspecify.annotations.NullMarked;
