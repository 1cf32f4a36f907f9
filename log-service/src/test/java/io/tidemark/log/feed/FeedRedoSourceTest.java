package io.tidemark.log.feed;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoSource;
import io.tidemark.log.RedoSourceContract;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.log.transport.NodeCredentials;
import java.util.List;

/// A log read through two feeds is a source of redo like the log itself.
class FeedRedoSourceTest extends RedoSourceContract {
  private FeedNode one;
  private FeedNode other;
  private FeedRedoSource feeds;

  @Override
  protected RedoLog openLog() {
    return MemoryRedoLog.create();
  }

  @Override
  protected RedoSource openSource(RedoLog opened) throws Exception {
    one = FeedNode.start(opened);
    other = FeedNode.start(opened);
    feeds =
        FeedRedoSource.open(
            List.of(one.address(), other.address()),
            NodeCredentials.none(),
            FeedRedoSource.Config.DEFAULT);
    return feeds;
  }

  @Override
  protected void closeSource() {
    feeds.close();
    one.close();
    other.close();
  }
}
