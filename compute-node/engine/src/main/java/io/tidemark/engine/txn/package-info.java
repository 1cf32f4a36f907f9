/// Transactions: numbers, commit LSNs, snapshots, and what a transaction does from begin to end.
///
/// A snapshot is an LSN; a version is visible when its transaction's commit LSN is at or below it.
@NullMarked
package io.tidemark.engine.txn;

import org.jspecify.annotations.NullMarked;
