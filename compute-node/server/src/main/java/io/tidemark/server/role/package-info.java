/// The processes of a cluster: what each role opens, in which order, what it waits for, and how it
/// ends.
///
/// A command holds options and nothing else, so that naming all roles on the command line loads the
/// classes of one. A part that is not there yet is waited for, with a deadline and in words; a part
/// that is lost for good ends the process, with a sentence and an exit status.
@NullMarked
package io.tidemark.server.role;

import org.jspecify.annotations.NullMarked;
