/// What a client sees on a read replica.
package io.tidemark.tests.replica;
