/// Process roles of one distribution: they read configuration, build the parts and connect them.
///
/// The only package that may know every other.
@NullMarked
package io.tidemark.server;

import org.jspecify.annotations.NullMarked;
