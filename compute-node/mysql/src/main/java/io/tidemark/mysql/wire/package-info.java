/// Packets: framing, the cursor over a payload, and the generic responses.
///
/// A connection's reader and writer are confined to the connection's thread. No length that a
/// client declares is allocated before its bytes have arrived, and no offset is used before it is
/// checked.
@NullMarked
package io.tidemark.mysql.wire;

import org.jspecify.annotations.NullMarked;
