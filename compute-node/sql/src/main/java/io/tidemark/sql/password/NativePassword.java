package io.tidemark.sql.password;

import java.security.MessageDigest;
import java.util.HexFormat;

/// `mysql_native_password`: the account keeps `*` and the hexadecimal SHA1(SHA1(password)); the
/// client answers a scramble with SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))).
///
/// Source: MySQL manual, Client/Server Protocol, "Native Authentication".
public final class NativePassword {
  public static final String PLUGIN = "mysql_native_password";

  /// What an account that does not exist is checked against.
  public static final String DECOY = "*0000000000000000000000000000000000000000";

  private static final int DIGEST = 20;

  private NativePassword() {}

  /// The authentication string of a password, empty for the empty one.
  public static String store(byte[] password) {
    if (password.length == 0) {
      return "";
    }
    MessageDigest sha1 = Digests.sha1();
    byte[] twice = sha1.digest(sha1.digest(password));
    return "*" + HexFormat.of().withUpperCase().formatHex(twice);
  }

  /// Whether `stored` has the form of an authentication string of this plugin.
  public static boolean isStored(String stored) {
    return stored.matches("\\*[0-9A-Fa-f]{40}");
  }

  /// Whether `response` proves knowledge of the password behind `stored`.
  public static boolean verify(String stored, byte[] scramble, byte[] response) {
    if (response.length != DIGEST || stored.length() != 1 + 2 * DIGEST || stored.charAt(0) != '*') {
      return false;
    }
    byte[] twice;
    try {
      twice = HexFormat.of().parseHex(stored, 1, stored.length());
    } catch (IllegalArgumentException e) {
      return false;
    }
    MessageDigest sha1 = Digests.sha1();
    sha1.update(scramble);
    byte[] once = Digests.xor(response, sha1.digest(twice));
    return MessageDigest.isEqual(sha1.digest(once), twice);
  }
}
