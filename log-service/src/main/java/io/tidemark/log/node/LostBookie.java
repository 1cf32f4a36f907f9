package io.tidemark.log.node;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.client.BookKeeperAdmin;
import org.apache.bookkeeper.conf.ClientConfiguration;
import org.apache.bookkeeper.net.BookieId;

/// Replaces a bookie whose disk is lost: what it had is copied from the others to bookies that do
/// not have it yet, ledger by ledger. A cluster of three has to get its new third node first.
///
/// It may be repeated after a failure and goes on where it was. A ledger that is being written is
/// closed by it; the writer notices and goes on in the next.
public final class LostBookie {
  private LostBookie() {}

  /// How far it is.
  public record Progress(int ledgers, int copied) {}

  /// Copies what `id` had; `progress` is called at the beginning and after each ledger.
  ///
  /// @throws IllegalArgumentException if the bookie is there
  /// @throws Exhausted if too few other bookies are there
  public static Progress replace(BookKeeperConfig config, String id, Consumer<Progress> progress) {
    ClientConfiguration settings = new ClientConfiguration();
    settings.setMetadataServiceUri(config.metadataUri());
    Set<BookieId> lost = Set.of(BookieId.parse(id));
    try (BookKeeperAdmin admin = new BookKeeperAdmin(settings)) {
      if (admin.getAvailableBookies().containsAll(lost)
          || admin.getReadOnlyBookies().containsAll(lost)) {
        throw new IllegalArgumentException("bookie " + id + ": is not lost, it is there");
      }
      List<Long> ledgers = List.copyOf(admin.getLedgersContainBookies(lost).keySet());
      Progress at = new Progress(ledgers.size(), 0);
      progress.accept(at);
      for (long ledger : ledgers) {
        admin.recoverBookieData(ledger, lost, false, false);
        at = new Progress(ledgers.size(), at.copied() + 1);
        progress.accept(at);
      }
      return at;
    } catch (BKException.BKNotEnoughBookiesException e) {
      throw new Exhausted("bookie " + id + ": too few others to copy to", e);
    } catch (BKException | IOException e) {
      throw new RetryLater("bookie " + id + ": not replaced yet: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("bookie " + id + ": interrupted", e);
    }
  }
}
