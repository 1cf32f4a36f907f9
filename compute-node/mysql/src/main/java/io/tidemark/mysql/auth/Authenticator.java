package io.tidemark.mysql.auth;

import io.tidemark.mysql.wire.PacketReader;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.sql.password.CachingSha2Password;
import io.tidemark.sql.password.NativePassword;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// Asks a client for proof of its password, by the method of the account it names.
///
/// An account that does not exist is asked like one that does: by a method that depends on its name
/// only, with the same packets and the same amount of computing, and refused at the end.
/// Thread-safe.
public final class Authenticator {
  /// Largest packet that is accepted before a client is known.
  public static final int MAX_PACKET = 64 * 1024;

  private static final int FULL_AUTHENTICATION = 0x04;
  private static final int FAST_SUCCESS = 0x03;
  private static final int REQUEST_PUBLIC_KEY = 0x02;
  private static final int MORE_DATA = 0x01;
  private static final int SWITCH = 0xFE;

  private final SqlServer server;
  private final PasswordCache cache;
  private final PasswordKeys keys;

  /// Makes the method that an unknown account seems to use unpredictable, and the same each time.
  private final int decoySeed = Arrays.hashCode(Scramble.create());

  public Authenticator(SqlServer server, PasswordCache cache, PasswordKeys keys) {
    this.server = server;
    this.cache = cache;
    this.keys = keys;
  }

  /// What the client said of itself.
  ///
  /// @param plugin method by which `response` was made
  /// @param scramble the challenge that `response` answers
  /// @param secure whether the connection is encrypted
  public record Attempt(
      String user, String host, String plugin, Bytes scramble, Bytes response, boolean secure) {}

  /// Bytes in a record, compared by identity.
  public static final class Bytes {
    private final byte[] value;

    public Bytes(byte[] value) {
      this.value = value;
    }
  }

  /// Exchanges packets until the client has proved to be the account it names.
  ///
  /// @throws Rejected 1045 if it has not, 3118 if the account is locked
  public Account authenticate(Attempt attempt, PacketReader reader, PacketWriter writer)
      throws IOException {
    Optional<Account> found = server.findAccount(attempt.user(), attempt.host());
    Exchange exchange = new Exchange(attempt, found, reader, writer);
    boolean proved = exchange.run();
    if (found.isEmpty() || !proved) {
      throw new Rejected(
          MySqlError.ACCESS_DENIED,
          attempt.user(),
          attempt.host(),
          exchange.passwordUsed ? "YES" : "NO");
    }
    if (found.get().locked()) {
      throw new Rejected(MySqlError.ACCOUNT_HAS_BEEN_LOCKED, attempt.user(), attempt.host());
    }
    return found.get();
  }

  /// What an account is checked against that does not exist, or has no password but the client sent
  /// one.
  private Account decoy(String user, String host, Optional<Account> found) {
    String plugin = found.map(Account::plugin).orElseGet(() -> decoyPlugin(user));
    String stored =
        plugin.equals(NativePassword.PLUGIN) ? NativePassword.DECOY : CachingSha2Password.DECOY;
    return new Account(user, host, plugin, stored, false);
  }

  private String decoyPlugin(String user) {
    boolean old = ((user.hashCode() * 31 + decoySeed) & 7) == 0;
    return old ? NativePassword.PLUGIN : CachingSha2Password.PLUGIN;
  }

  /// One login.
  private final class Exchange {
    private final Attempt attempt;
    private final Account account;
    private final boolean withoutPassword;
    private final PacketReader reader;
    private final PacketWriter writer;
    private byte[] scramble;
    private byte[] response;
    private boolean passwordUsed;

    private Exchange(
        Attempt attempt, Optional<Account> found, PacketReader reader, PacketWriter writer) {
      this.attempt = attempt;
      this.withoutPassword = found.filter(a -> a.authentication().isEmpty()).isPresent();
      this.account =
          found.isPresent() && !withoutPassword
              ? found.get()
              : decoy(attempt.user(), attempt.host(), found);
      this.reader = reader;
      this.writer = writer;
      this.scramble = attempt.scramble().value;
      this.response = attempt.response().value;
    }

    private boolean run() throws IOException {
      if (withoutPassword && isEmpty(response) && isKnown(attempt.plugin())) {
        return true;
      }
      if (!attempt.plugin().equals(account.plugin())) {
        switchPlugin();
      }
      if (isEmpty(response)) {
        return withoutPassword;
      }
      passwordUsed = true;
      return switch (account.plugin()) {
        case NativePassword.PLUGIN ->
            NativePassword.verify(account.authentication(), scramble, response);
        case CachingSha2Password.PLUGIN -> verifySha2();
        // An account of a method that is not known cannot prove anything.
        default -> false;
      };
    }

    /// Only of these methods is it known that OK may follow an empty answer at once. MariaDB's
    /// client has a method of its own for when it could not load the right one: it waits to be
    /// asked for another.
    private boolean isKnown(String plugin) {
      return plugin.equals(NativePassword.PLUGIN) || plugin.equals(CachingSha2Password.PLUGIN);
    }

    private boolean isEmpty(byte[] answer) {
      return answer.length == 0 || answer.length == 1 && answer[0] == 0;
    }

    private void switchPlugin() throws IOException {
      scramble = Scramble.create();
      writer.begin();
      writer.writeByte(SWITCH);
      writer.writeNullTerminated(account.plugin());
      writer.writeBytes(scramble);
      writer.writeByte(0);
      send();
      response = receive();
    }

    private boolean verifySha2() throws IOException {
      Optional<byte[]> known = cache.find(account);
      if (known.isPresent() && CachingSha2Password.verifyFast(known.get(), scramble, response)) {
        writer.begin();
        writer.writeByte(MORE_DATA);
        writer.writeByte(FAST_SUCCESS);
        send();
        return true;
      }
      writer.begin();
      writer.writeByte(MORE_DATA);
      writer.writeByte(FULL_AUTHENTICATION);
      send();
      byte[] sent = receive();
      Optional<byte[]> password = attempt.secure() ? Optional.of(sent) : decrypt(sent);
      if (password.isEmpty()) {
        return false;
      }
      byte[] text = withoutFinalZero(password.get());
      if (!CachingSha2Password.verify(account.authentication(), text)) {
        return false;
      }
      cache.put(account, CachingSha2Password.digestTwice(text));
      return true;
    }

    private Optional<byte[]> decrypt(byte[] first) throws IOException {
      byte[] encrypted = first;
      if (first.length == 1 && first[0] == REQUEST_PUBLIC_KEY) {
        writer.begin();
        writer.writeByte(MORE_DATA);
        writer.writeBytes(keys.publicPem());
        send();
        encrypted = receive();
      }
      return keys.decrypt(encrypted, scramble);
    }

    private byte[] withoutFinalZero(byte[] text) {
      boolean terminated = text.length > 0 && text[text.length - 1] == 0;
      return terminated ? Arrays.copyOf(text, text.length - 1) : text;
    }

    private void send() {
      writer.end();
      writer.flush();
    }

    private byte[] receive() throws IOException {
      reader.sequence(writer.sequence());
      if (!reader.read(MAX_PACKET)) {
        throw new EOFException("the client left during authentication");
      }
      writer.sequence(reader.sequence());
      return reader.payload().readRest();
    }
  }
}
