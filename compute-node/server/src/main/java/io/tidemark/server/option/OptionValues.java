package io.tidemark.server.option;

import io.tidemark.storage.ByteSize;
import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How the values of options are read, each error a sentence behind the option's name.
public final class OptionValues {
  private OptionValues() {}

  /// A port, 0..65535; 0 takes a free one.
  public static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a port", 0, 65_535);
    }
  }

  /// A number of nodes or shards, 0..1024.
  public static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a number", 0, 1024);
    }
  }

  /// An address of this machine, or a name of one.
  public static final class Address implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String text) {
      try {
        return InetAddress.getByName(text);
      } catch (UnknownHostException e) {
        throw new TypeConversionException("'" + text + "' is not a known address");
      }
    }
  }

  /// As [ByteSize#parse].
  public static final class Size implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return ByteSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  private static int number(String text, String what, int min, int max) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not " + what);
    }
    throw new TypeConversionException("'%s' is not %s in %d..%d".formatted(text, what, min, max));
  }
}
