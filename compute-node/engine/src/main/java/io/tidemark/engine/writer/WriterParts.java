package io.tidemark.engine.writer;

import io.tidemark.engine.catalog.WriterDictionary;
import io.tidemark.engine.purge.BackgroundWork;
import io.tidemark.engine.table.OpenTables;
import io.tidemark.engine.table.TableStore;
import io.tidemark.engine.txn.TransactionSystem;
import java.util.Set;

/// What a writer's transactions work with.
///
/// @param live transactions that have not ended
record WriterParts(
    TransactionSystem system,
    WriterDictionary dictionary,
    OpenTables tables,
    TableStore store,
    BackgroundWork background,
    CommitThrottle throttle,
    Set<WriterTransaction> live) {}
