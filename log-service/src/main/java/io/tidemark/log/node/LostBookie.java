package io.tidemark.log.node;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.bookkeeper.bookie.BookieException;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.client.BookKeeperAdmin;
import org.apache.bookkeeper.conf.ClientConfiguration;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.discover.RegistrationManager;
import org.apache.bookkeeper.meta.MetadataDrivers;
import org.apache.bookkeeper.meta.exceptions.MetadataException;
import org.apache.bookkeeper.net.BookieId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replaces a bookie whose disk is lost: what it had is copied from the others to bookies that do
/// not have it yet, ledger by ledger. A cluster of three has to get its new third node first.
///
/// It may be repeated after a failure and goes on where it was. A ledger that is being written is
/// closed by it; the writer notices and goes on in the next. At the end BookKeeper does not know
/// the bookie any more.
public final class LostBookie {
  private static final Logger LOG = LoggerFactory.getLogger(LostBookie.class);

  /// As often it looks for ledgers: one that was begun while the first ones were copied may have
  /// the bookie too.
  private static final int ROUNDS = 5;

  private LostBookie() {}

  /// How far it is.
  public record Progress(int ledgers, int copied) {}

  /// Copies what `id` had; `progress` is called at the beginning and after each ledger.
  ///
  /// @throws IllegalArgumentException if the bookie is there
  /// @throws Exhausted if too few other bookies are there
  public static Progress replace(BookKeeperConfig config, String id, Consumer<Progress> progress) {
    return asking(
        config,
        "bookie " + id + ": not replaced yet",
        admin -> {
          if (there(admin).contains(id)) {
            throw new IllegalArgumentException("bookie " + id + ": is not lost, it is there");
          }
          Progress done = copy(admin, BookieId.parse(id), progress);
          removeCookie(config, BookieId.parse(id));
          return done;
        });
  }

  /// The bookies that are there, those with a full disk too.
  static Set<String> bookiesThere(BookKeeperConfig config) {
    return asking(config, "bookies: not listed", LostBookie::there);
  }

  /// What is asked of BookKeeper.
  private interface Question<T> {
    T ask(BookKeeperAdmin admin) throws BKException, IOException, InterruptedException;
  }

  private static <T> T asking(BookKeeperConfig config, String failure, Question<T> question) {
    ClientConfiguration settings = new ClientConfiguration();
    settings.setMetadataServiceUri(config.metadataUri());
    try (BookKeeperAdmin admin = new BookKeeperAdmin(settings)) {
      return question.ask(admin);
    } catch (BKException.BKNotEnoughBookiesException e) {
      throw new Exhausted(failure + ": too few others to copy to", e);
    } catch (BKException | IOException e) {
      throw new RetryLater(failure + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater(failure + ": interrupted", e);
    }
  }

  private static Set<String> there(BookKeeperAdmin admin) throws BKException {
    Set<String> there = new HashSet<>();
    for (Collection<BookieId> some :
        List.of(admin.getAvailableBookies(), admin.getReadOnlyBookies())) {
      some.forEach(bookie -> there.add(bookie.toString()));
    }
    return there;
  }

  private static Progress copy(BookKeeperAdmin admin, BookieId lost, Consumer<Progress> progress)
      throws BKException, InterruptedException {
    Progress at = new Progress(0, 0);
    for (int round = 0; round < ROUNDS; round++) {
      Collection<Long> ledgers = admin.getLedgersContainBookies(Set.of(lost)).keySet();
      at = new Progress(at.copied() + ledgers.size(), at.copied());
      if (round == 0 || !ledgers.isEmpty()) {
        progress.accept(at);
      }
      if (ledgers.isEmpty()) {
        return at;
      }
      for (long ledger : ledgers) {
        copy(admin, ledger, lost);
        at = new Progress(at.ledgers(), at.copied() + 1);
        progress.accept(at);
      }
    }
    throw new RetryLater("bookie " + lost + ": ledgers with it come as fast as they are copied");
  }

  private static void copy(BookKeeperAdmin admin, long ledger, BookieId lost)
      throws BKException, InterruptedException {
    try {
      admin.recoverBookieData(ledger, Set.of(lost), false, false);
    } catch (BKException e) {
      // The log may have been trimmed meanwhile.
      if (admin.getLedgersContainBookies(Set.of(lost)).containsKey(ledger)) {
        throw e;
      }
    }
  }

  private static void removeCookie(BookKeeperConfig config, BookieId lost) throws IOException {
    ServerConfiguration settings = new ServerConfiguration();
    settings.setMetadataServiceUri(config.metadataUri());
    try {
      boolean removed =
          MetadataDrivers.runFunctionWithRegistrationManager(
              settings, registrations -> removeCookie(registrations, lost));
      LOG.debug("bookie {}: cookie removed: {}", lost, removed);
    } catch (MetadataException | ExecutionException e) {
      throw new IOException("its cookie stays", e);
    }
  }

  /// Whether it was still there.
  private static boolean removeCookie(RegistrationManager registrations, BookieId lost) {
    try {
      registrations.removeCookie(lost, registrations.readCookie(lost).getVersion());
      return true;
    } catch (BookieException.CookieNotFoundException e) {
      return false;
    } catch (BookieException e) {
      throw new RetryLater("bookie " + lost + ": its cookie stays: " + e, e);
    }
  }
}
