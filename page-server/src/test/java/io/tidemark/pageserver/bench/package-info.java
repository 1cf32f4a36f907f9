/// Measurements with a main method each; not tests.
package io.tidemark.pageserver.bench;
