/// The admin port: health, readiness and metrics over HTTP.
@NullMarked
package io.tidemark.server.admin;

import org.jspecify.annotations.NullMarked;
