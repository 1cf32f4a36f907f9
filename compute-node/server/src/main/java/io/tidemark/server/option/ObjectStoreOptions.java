package io.tidemark.server.option;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Where the cluster's objects are. Confined to the thread that parses, then immutable.
public final class ObjectStoreOptions {
  @Option(
      names = "--object-store",
      paramLabel = "DIR|s3://BUCKET/PREFIX",
      converter = Location.class,
      description =
          "Where layers and archived redo are: a directory that all nodes see, or a bucket. Its"
              + " credentials come from the environment, as with the AWS tools.")
  private @Nullable Place place;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URI",
      description = "Address of a store compatible with S3. Default: Amazon's of the region")
  private @Nullable URI endpoint;

  @Option(
      names = "--s3-path-style",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Name the bucket in the path of requests, not in the host's name.")
  private boolean pathStyle;

  @Option(
      names = "--s3-region",
      paramLabel = "REGION",
      defaultValue = "us-east-1",
      description = "Region that requests are signed for. Default: ${DEFAULT-VALUE}")
  private String region = "us-east-1";

  /// Where objects are.
  public sealed interface Place {}

  /// A directory.
  public record Directory(Path path) implements Place {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A bucket, and what stands before all keys in it, perhaps nothing.
  public record Bucket(String name, String prefix) implements Place {
    @Override
    public String toString() {
      return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
    }
  }

  /// Reads a [Place].
  static final class Location implements ITypeConverter<Place> {
    private static final String S3 = "s3://";

    @Override
    public Place convert(String text) {
      if (!text.startsWith(S3)) {
        if (text.isBlank() || text.contains("://")) {
          throw new TypeConversionException(
              "'" + text + "' is neither a directory nor s3://bucket/prefix");
        }
        return new Directory(Path.of(text).toAbsolutePath().normalize());
      }
      String rest = text.substring(S3.length()).replaceAll("/+$", "");
      int slash = rest.indexOf('/');
      String bucket = slash < 0 ? rest : rest.substring(0, slash);
      if (bucket.isEmpty()) {
        throw new TypeConversionException("'" + text + "' names no bucket");
      }
      return new Bucket(bucket, slash < 0 ? "" : rest.substring(slash + 1));
    }
  }

  /// Empty if no place was given.
  public Optional<Place> place() {
    return Optional.ofNullable(place);
  }

  public Optional<URI> endpoint() {
    return Optional.ofNullable(endpoint);
  }

  public boolean pathStyle() {
    return pathStyle;
  }

  public String region() {
    return region;
  }
}
