package io.tidemark.sql.value;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import java.util.Arrays;
import java.util.List;

/// Conversion into columns of texts, binary strings, ENUM and SET.
final class StringStore {
  private static final int SHOWN_BYTES = 6;

  private StringStore() {}

  static Value text(SqlType target, Value value, StoreContext context) {
    Collation collation = target.collation();
    Charset charset = collation.charset();
    StringValue source = value.toText();
    byte[] bytes = charset.convert(source.bytes(), source.charset());
    if (source.charset() == charset || source.charset() == Charset.BINARY) {
      int invalid = charset.findInvalid(bytes);
      if (invalid >= 0) {
        Conversion.incorrect(context, "string", printable(bytes, invalid));
        bytes = Arrays.copyOf(bytes, invalid);
      }
    } else if (!charset.canEncode(source.bytes(), source.charset())) {
      Conversion.incorrect(
          context, "string", printable(source.bytes(), firstForeign(source, charset)));
    }
    byte[] fitting = fit(target, bytes, charset, context);
    if (target.kind() == TypeKind.CHAR) {
      fitting = withoutTrailingSpaces(fitting);
    }
    return Arrays.equals(fitting, source.bytes()) && collation.equals(source.collation())
        ? source
        : new StringValue(fitting, collation);
  }

  private static int firstForeign(StringValue source, Charset target) {
    byte[] bytes = source.bytes();
    int offset = 0;
    while (offset < bytes.length) {
      int length = source.charset().characterLength(bytes, offset);
      if (!target.canEncode(Arrays.copyOfRange(bytes, offset, offset + length), source.charset())) {
        return offset;
      }
      offset += length;
    }
    return 0;
  }

  /// The bytes from `offset` as MySQL shows them: `\xE4bc...`.
  private static String printable(byte[] bytes, int offset) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(bytes.length, offset + SHOWN_BYTES);
    for (int i = offset; i < end; i++) {
      int b = bytes[i] & 0xFF;
      text.append(b >= 0x20 && b < 0x7F ? String.valueOf((char) b) : String.format("\\x%02X", b));
    }
    return text.append(bytes.length > end ? "..." : "").toString();
  }

  private static byte[] fit(SqlType target, byte[] bytes, Charset charset, StoreContext context) {
    int end;
    if (target.kind().isLob()) {
      if (bytes.length <= target.length()) {
        return bytes;
      }
      end = (int) target.length();
      while (end > 0 && charset.maxBytesPerCharacter() > 1 && (bytes[end] & 0xC0) == 0x80) {
        end--;
      }
    } else {
      if (bytes.length <= target.length()) {
        return bytes;
      }
      end = charset.offsetOf(bytes, 0, (int) target.length());
      if (end == bytes.length) {
        return bytes;
      }
    }
    if (!onlySpaces(bytes, end)) {
      tooLong(context);
    } else if (target.kind() != TypeKind.CHAR) {
      Conversion.noteTruncated(context);
    }
    return Arrays.copyOf(bytes, end);
  }

  /// Error 1406 if strict, warning 1265 otherwise.
  private static void tooLong(StoreContext context) {
    if (context.isStrict()) {
      Conversion.fail(context, MySqlError.DATA_TOO_LONG, context.columnName(), context.rowNumber());
    }
    Conversion.truncated(context);
  }

  private static boolean onlySpaces(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != ' ') {
        return false;
      }
    }
    return true;
  }

  private static byte[] withoutTrailingSpaces(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == ' ') {
      end--;
    }
    return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
  }

  static Value binary(SqlType target, Value value, StoreContext context) {
    byte[] bytes = value.toBytes();
    if (bytes.length > target.length()) {
      tooLong(context);
      bytes = Arrays.copyOf(bytes, (int) target.length());
    } else if (target.kind() == TypeKind.BINARY && bytes.length < target.length()) {
      bytes = Arrays.copyOf(bytes, (int) target.length());
    }
    return value instanceof StringValue text
            && text.isBinary()
            && Arrays.equals(text.bytes(), bytes)
        ? text
        : StringValue.binary(bytes);
  }

  static Value enumeration(SqlType target, Value value, StoreContext context) {
    if (value instanceof EnumValue member && member.type().members().equals(target.members())) {
      return new EnumValue(member.index(), target);
    }
    if (!isTextual(value)) {
      return enumByNumber(target, cut(value, context), context);
    }
    StringValue text = value.toText();
    byte[] wanted = withoutTrailingSpaces(inCharset(target, text));
    int index = findMember(target, wanted);
    if (index >= 0) {
      return new EnumValue(index + 1, target);
    }
    if (wanted.length > 0 && isDigits(wanted)) {
      return enumByNumber(target, Long.parseLong(text.asString().strip()), context);
    }
    Conversion.truncated(context);
    return new EnumValue(0, target);
  }

  /// The number without its decimals.
  private static long cut(Value value, StoreContext context) {
    return switch (value) {
      case DecimalValue number -> DecimalMath.truncate(number, 0).toLong(context);
      case DoubleValue number -> (long) number.value();
      case FloatValue number -> (long) number.value();
      default -> value.toLong(context);
    };
  }

  private static boolean isTextual(Value value) {
    return value instanceof StringValue || value instanceof EnumValue || value instanceof SetValue;
  }

  private static boolean isDigits(byte[] text) {
    for (byte b : text) {
      if (b < '0' || b > '9') {
        return false;
      }
    }
    return text.length <= 18;
  }

  private static Value enumByNumber(SqlType target, long number, StoreContext context) {
    if (number >= 1 && number <= target.members().size()) {
      return new EnumValue((int) number, target);
    }
    Conversion.truncated(context);
    return new EnumValue(0, target);
  }

  private static byte[] inCharset(SqlType target, StringValue text) {
    return target.collation().charset().convert(text.bytes(), text.charset());
  }

  private static int findMember(SqlType target, byte[] wanted) {
    List<String> members = target.members();
    for (int i = 0; i < members.size(); i++) {
      if (target.collation().equal(target.collation().charset().encode(members.get(i)), wanted)) {
        return i;
      }
    }
    return -1;
  }

  static Value set(SqlType target, Value value, StoreContext context) {
    if (value instanceof SetValue members && members.type().members().equals(target.members())) {
      return new SetValue(members.bits(), target);
    }
    int count = target.members().size();
    long all = count == 64 ? -1L : (1L << count) - 1;
    if (!isTextual(value)) {
      return setByNumber(target, cut(value, context), all, context);
    }
    String text = value.toText().asString();
    long bits = 0;
    boolean unknown = false;
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      byte[] wanted = withoutTrailingSpaces(target.collation().charset().encode(part));
      int index = findMember(target, wanted);
      if (index >= 0) {
        bits |= 1L << index;
      } else {
        unknown = true;
      }
    }
    if (unknown && isDigits(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
      return setByNumber(target, Long.parseLong(text), all, context);
    }
    if (unknown) {
      Conversion.truncated(context);
    }
    return new SetValue(bits, target);
  }

  private static Value setByNumber(SqlType target, long number, long all, StoreContext context) {
    if ((number & ~all) != 0) {
      Conversion.truncated(context);
    }
    return new SetValue(number & all, target);
  }
}
