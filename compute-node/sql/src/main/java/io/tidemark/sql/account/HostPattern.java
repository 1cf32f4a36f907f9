package io.tidemark.sql.account;

import java.util.Locale;

/// Host patterns of accounts: `%` and `_` as in LIKE, or an address with a netmask.
final class HostPattern {
  private HostPattern() {}

  static boolean matches(String pattern, String host) {
    String client = host.toLowerCase(Locale.ROOT);
    boolean local =
        client.equals("127.0.0.1")
            || client.equals("::1")
            || client.equals("0:0:0:0:0:0:0:1")
            || client.equals("localhost");
    if (pattern.equals("localhost") || pattern.equals("127.0.0.1") || pattern.equals("::1")) {
      return local || client.equals(pattern);
    }
    int slash = pattern.indexOf('/');
    if (slash > 0) {
      return inNetwork(pattern.substring(0, slash), pattern.substring(slash + 1), client);
    }
    return like(pattern.toLowerCase(Locale.ROOT), 0, client, 0);
  }

  /// LIKE with the escape `\`.
  static boolean like(String pattern, int p, String text, int t) {
    int at = p;
    int in = t;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if (c == '%') {
        for (int rest = in; rest <= text.length(); rest++) {
          if (like(pattern, at + 1, text, rest)) {
            return true;
          }
        }
        return false;
      }
      if (c == '\\' && at + 1 < pattern.length()) {
        at++;
        c = pattern.charAt(at);
      } else if (c == '_' && in < text.length()) {
        at++;
        in++;
        continue;
      }
      if (in >= text.length() || text.charAt(in) != c) {
        return false;
      }
      at++;
      in++;
    }
    return in == text.length();
  }

  private static boolean inNetwork(String network, String mask, String client) {
    long address = ipv4(client);
    long base = ipv4(network);
    long bits = mask.contains(".") ? ipv4(mask) : prefixMask(mask);
    return address >= 0 && base >= 0 && bits >= 0 && (address & bits) == (base & bits);
  }

  private static long prefixMask(String length) {
    try {
      int bits = Integer.parseInt(length);
      return bits < 0 || bits > 32 ? -1 : 0xFFFFFFFFL << (32 - bits) & 0xFFFFFFFFL;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static long ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return -1;
    }
    long address = 0;
    for (String part : parts) {
      if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
        return -1;
      }
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  /// How exact a pattern is: accounts are tried from the most exact one on.
  static int exactness(String pattern) {
    if (pattern.isEmpty()) {
      return -1;
    }
    int wildcard = pattern.length();
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) == '%' || pattern.charAt(i) == '_') {
        wildcard = i;
        break;
      }
    }
    return wildcard == pattern.length() ? 1000 : wildcard;
  }
}
