/// What processes are started with: groups of options that several commands share, and the
/// configuration file that gives them their values.
///
/// Values are checked where they are parsed, so that an error names the option, and the file if it
/// stands there. Nothing here opens anything.
@NullMarked
package io.tidemark.server.option;

import org.jspecify.annotations.NullMarked;
