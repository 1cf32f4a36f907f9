package io.tidemark.engine.catalog;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// Tablespaces and trees whose pages are to be given back when nobody reads below their LSN any
/// more. Each is noted in the dictionary as pending until that is done. Adding is thread-safe;
/// dropping is confined to the purge thread.
public final class PendingDrops {
  private final MiniTransactions mtrs;
  private final IntPredicate isLive;
  private final Consumer<DictionaryKey> forget;
  private final ConcurrentLinkedQueue<Space> spaces = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Tree> trees = new ConcurrentLinkedQueue<>();

  private record Space(int spaceId, long lsn) {}

  private record Tree(DroppedTree dropped, long lsn) {}

  /// `isLive` tells whether a table has a tablespace; `forget` removes a dictionary object.
  PendingDrops(MiniTransactions mtrs, IntPredicate isLive, Consumer<DictionaryKey> forget) {
    this.mtrs = mtrs;
    this.isLive = isLive;
    this.forget = forget;
  }

  void addSpace(int spaceId, long lsn) {
    spaces.add(new Space(spaceId, lsn));
  }

  void addTree(DroppedTree tree, long lsn) {
    trees.add(new Tree(tree, lsn));
  }

  /// Whether there is anything left to drop.
  public boolean isEmpty() {
    return spaces.isEmpty() && trees.isEmpty();
  }

  /// Drops what nobody can read any more; `beforeAny` is called before each.
  public void drop(long horizon, Runnable beforeAny) {
    // Trees first: afterwards their tablespace may be gone.
    for (Tree tree : List.copyOf(trees)) {
      if (tree.lsn() <= horizon) {
        beforeAny.run();
        DroppedTree dropped = tree.dropped();
        if (isLive.test(dropped.spaceId())) {
          new BTree(mtrs.pool(), dropped.spaceId(), dropped.rootPageNo(), dropped.treeId())
              .remove(mtrs);
        }
        forget.accept(DictionaryKey.pendingTree(dropped.treeId()));
        trees.remove(tree);
      }
    }
    for (Space space : List.copyOf(spaces)) {
      if (space.lsn() <= horizon) {
        beforeAny.run();
        try (MiniTransaction mtr = mtrs.begin()) {
          Tablespaces.drop(mtr, space.spaceId());
          mtr.commit();
        }
        mtrs.pool().dropSpace(space.spaceId());
        forget.accept(DictionaryKey.pendingSpace(space.spaceId()));
        spaces.remove(space);
      }
    }
  }
}
