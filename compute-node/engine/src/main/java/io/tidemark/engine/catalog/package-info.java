/// Databases, tables and indexes: descriptors, the data dictionary, and atomic DDL.
@NullMarked
package io.tidemark.engine.catalog;

import org.jspecify.annotations.NullMarked;
