package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Internet addresses: INET_ATON, INET_NTOA, INET6_ATON, INET6_NTOA, IS_IPV4, IS_IPV6.
///
/// Source: MySQL manual, Miscellaneous Functions; RFC 4291 and RFC 5952 for the text of IPv6
/// addresses.
final class AddressFunctions {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final byte[] NONE = {};

  private AddressFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(
        one("INET_ATON", SqlType.integerOfDigits(10, true), AddressFunctions::inetAton),
        define("INET_NTOA", 1, AddressFunctions::inetNtoa),
        one(
            "INET6_ATON",
            SqlType.stringOf(IPV6_BYTES, Collations.BINARY),
            AddressFunctions::inet6Aton),
        define("INET6_NTOA", 1, AddressFunctions::inet6Ntoa),
        one("IS_IPV4", SqlType.BOOLEAN, (c, v) -> IntValue.of(ipv4(v.asString()).length > 0)),
        one("IS_IPV6", SqlType.BOOLEAN, (c, v) -> IntValue.of(ipv6(v.asString()).length > 0)));
  }

  private static Value invalid(EvalContext context, String type, Value value, String function) {
    context.warn(MySqlError.WRONG_VALUE_FOR_TYPE, type, value.asString(), function);
    return NullValue.NULL;
  }

  /// `a.b.c.d`, also `a.b` and `a.b.c`, whose last number fills the rest.
  private static Value inetAton(EvalContext context, Value value) {
    String[] parts = value.asString().split("\\.", -1);
    if (parts.length > IPV4_BYTES || !Arrays.stream(parts).allMatch(AddressFunctions::isByte)) {
      return invalid(context, "string", value, "inet_aton");
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && i > 0) {
        address <<= 8 * (IPV4_BYTES - 1 - i);
      }
      address = address << 8 | Integer.parseInt(parts[i]);
    }
    return IntValue.ofUnsigned(address);
  }

  private static boolean isByte(String part) {
    return part.matches("\\d{1,3}") && Integer.parseInt(part) <= 255;
  }

  private static BoundFunction inetNtoa(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        15,
        (c, v) -> {
          long address = v.toLong(c);
          if (address < 0 || address > 0xFFFFFFFFL) {
            return invalid(c, "integer", v, "inet_ntoa");
          }
          byte[] bytes = {
            (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
          };
          return StringValue.of(dotted(bytes, 0), derived.collation());
        });
  }

  private static String dotted(byte[] bytes, int from) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < IPV4_BYTES; i++) {
      parts.add(Integer.toString(bytes[from + i] & 255));
    }
    return String.join(".", parts);
  }

  private static Value inet6Aton(EvalContext context, Value value) {
    String text = value.asString();
    byte[] four = ipv4(text);
    byte[] address = four.length == 0 ? ipv6(text) : four;
    return address.length == 0
        ? invalid(context, "string", value, "inet6_aton")
        : StringValue.binary(address);
  }

  private static BoundFunction inet6Ntoa(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        39,
        (c, v) -> {
          byte[] bytes = v.toBytes();
          if (bytes.length == IPV4_BYTES) {
            return StringValue.of(dotted(bytes, 0), derived.collation());
          }
          return bytes.length == IPV6_BYTES
              ? StringValue.of(colons(bytes), derived.collation())
              : invalid(c, "string", v, "inet6_ntoa");
        });
  }

  /// Four bytes, or none if the text is no IPv4 address.
  private static byte[] ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != IPV4_BYTES || !Arrays.stream(parts).allMatch(AddressFunctions::isByte)) {
      return NONE;
    }
    byte[] bytes = new byte[IPV4_BYTES];
    for (int i = 0; i < IPV4_BYTES; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }

  /// Sixteen bytes, or none if the text is no IPv6 address.
  private static byte[] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text);
      return all.length == IPV6_BYTES ? all : NONE;
    }
    String head = text.substring(0, gap);
    String tail = text.substring(gap + 2);
    byte[] first = head.isEmpty() ? NONE : groups(head);
    byte[] last = tail.isEmpty() ? NONE : groups(tail);
    boolean broken = first.length == 0 && !head.isEmpty() || last.length == 0 && !tail.isEmpty();
    if (broken || first.length + last.length > IPV6_BYTES - 2) {
      return NONE;
    }
    byte[] address = Arrays.copyOf(first, IPV6_BYTES);
    System.arraycopy(last, 0, address, IPV6_BYTES - last.length, last.length);
    return address;
  }

  /// The bytes of groups parted by colons, the last of which may be an IPv4 address; none if they
  /// are not that.
  private static byte[] groups(String text) {
    String[] parts = text.split(":", -1);
    byte[] bytes = new byte[parts.length * 2 + 2];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      byte[] dotted = i == parts.length - 1 ? ipv4(parts[i]) : NONE;
      if (dotted.length > 0) {
        System.arraycopy(dotted, 0, bytes, length, dotted.length);
        length += dotted.length;
      } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
        int group = Integer.parseInt(parts[i], 16);
        bytes[length++] = (byte) (group >>> 8);
        bytes[length++] = (byte) group;
      } else {
        return NONE;
      }
    }
    return length > IPV6_BYTES ? NONE : Arrays.copyOf(bytes, length);
  }

  /// The longest run of zero groups is `::`; mapped and compatible IPv4 addresses end with dots.
  private static String colons(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 255) << 8 | (bytes[2 * i + 1] & 255);
    }
    int gapStart = 8;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gapStart = i;
        gapLength = end - i;
      }
    }
    boolean mapped = gapStart == 0 && (gapLength == 5 && groups[5] == 0xFFFF || gapLength == 6);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < (mapped ? 6 : 8); i++) {
      if (i == gapStart) {
        out.append("::");
        i += gapLength - 1;
      } else {
        out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":");
        out.append(Integer.toHexString(groups[i]));
      }
    }
    if (mapped) {
      out.append(out.charAt(out.length() - 1) == ':' ? "" : ":").append(dotted(bytes, 12));
    }
    return out.toString();
  }
}
