/// Encryption of connections: the server's certificate, given or made at the first start.
@NullMarked
package io.tidemark.mysql.tls;

import org.jspecify.annotations.NullMarked;
