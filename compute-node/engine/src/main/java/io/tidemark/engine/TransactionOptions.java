package io.tidemark.engine;

import io.tidemark.storage.Durability;
import java.time.Duration;

/// What a transaction begins with.
///
/// @param readOnly writes are refused with error 1792
/// @param consistentSnapshot take the snapshot now, not at the first read
/// @param durability what [Transaction#commit] waits for
public record TransactionOptions(
    IsolationLevel isolation,
    boolean readOnly,
    boolean consistentSnapshot,
    Duration lockWaitTimeout,
    Durability durability) {}
