package io.tidemark.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.log.local.LogFiles;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.layer.ManifestStore;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.layer.LayerPrinter;
import io.tidemark.storage.layer.LayerReader;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PagePrinter;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RedoPrinter;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tidemark ctl redo|page|layer dump`: prints stored structures readably, without changing them.
final class CtlDump {
  private CtlDump() {}

  /// The data directory a command works on.
  static final class Target {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        defaultValue = "tidemark-data",
        description = "Data directory. Default: ${DEFAULT-VALUE}")
    private Path data = Path.of("tidemark-data");

    Path data() {
      return data;
    }
  }

  /// Prints, or says in one sentence on standard error why it cannot.
  private abstract static class Dump implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Override
    public final Integer call() {
      try (PrintStream out =
          new PrintStream(
              new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
              false,
              StandardCharsets.UTF_8)) {
        DataDirectory.checkExists(target.data());
        dump(target.data(), out);
        return 0;
      } catch (StartupFailure | TidemarkException | IllegalArgumentException e) {
        System.err.println("tidemark: " + e.getMessage());
        return 1;
      }
    }

    abstract void dump(Path data, PrintStream out) throws StartupFailure;
  }

  /// `ctl redo`.
  @Command(
      name = "redo",
      mixinStandardHelpOptions = true,
      description = "Looks at the redo log.",
      subcommands = RedoDump.class)
  static final class Redo {}

  /// `ctl redo dump`.
  @Command(
      name = "dump",
      mixinStandardHelpOptions = true,
      description = "Prints frames, mini-transactions and records, also while a server runs.")
  static final class RedoDump extends Dump {
    @Option(
        names = "--from",
        paramLabel = "LSN",
        defaultValue = "0",
        description = "Begin at the frame that holds this LSN. Default: the oldest")
    private long from;

    @Option(
        names = "--frames",
        paramLabel = "N",
        description = "End after this many frames. Default: all")
    private long frames = Long.MAX_VALUE;

    @Override
    void dump(Path data, PrintStream out) {
      Lsn start = Lsn.of(from);
      RedoPrinter printer = new RedoPrinter(out::println);
      try (LogFiles files = LogFiles.open(data.resolve("log"), start)) {
        for (long count = 0; count < frames; count++) {
          Optional<Frame> frame = files.next();
          if (frame.isEmpty()) {
            out.println("end: " + files.end());
            return;
          }
          printer.print(frame.get(), start);
        }
      }
    }
  }

  /// `ctl page`.
  @Command(
      name = "page",
      mixinStandardHelpOptions = true,
      description = "Looks at pages.",
      subcommands = PageDump.class)
  static final class Page {}

  /// `ctl page dump`.
  @Command(
      name = "dump",
      mixinStandardHelpOptions = true,
      description = "Prints a page as it was at an LSN. The server must be stopped.")
  static final class PageDump extends Dump {
    @Parameters(paramLabel = "SPACE/PAGE", description = "The page, such as 7/42.")
    private String page = "";

    @Option(
        names = "--lsn",
        paramLabel = "LSN",
        description = "As of this LSN. Default: the end of the log")
    private @Nullable Long lsn;

    @Override
    void dump(Path data, PrintStream out) throws StartupFailure {
      PageId id = parse(page);
      try (OpenParts parts = new OpenParts();
          Arena arena = Arena.ofConfined()) {
        DataDirectory directory = parts.add("data directory", DataDirectory.open(data));
        DevStorage storage = DevStorage.open(directory, parts, new SimpleMeterRegistry());
        Lsn at = lsn == null ? storage.log().durableLsn() : Lsn.of(lsn);
        MemorySegment bytes = arena.allocate(PageHeader.PAGE_BYTES);
        if (storage.pages().getPage(new PageRequest(id, at, at), bytes)) {
          PagePrinter.print(bytes, out::println);
        } else {
          out.println("page " + id + " does not exist at lsn " + at);
        }
      }
    }

    private static PageId parse(String text) {
      String[] numbers = text.split("/", -1);
      try {
        if (numbers.length == 2) {
          return new PageId(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        }
      } catch (NumberFormatException e) {
        throw notAPage(text, e);
      }
      throw notAPage(text, null);
    }

    private static IllegalArgumentException notAPage(String text, @Nullable Throwable cause) {
      return new IllegalArgumentException(
          "'" + text + "' is not a page; expected tablespace/number such as 7/42", cause);
    }
  }

  /// `ctl layer`.
  @Command(
      name = "layer",
      mixinStandardHelpOptions = true,
      description = "Looks at the layers of the page server.",
      subcommands = LayerDump.class)
  static final class Layer {}

  /// `ctl layer dump`.
  @Command(
      name = "dump",
      mixinStandardHelpOptions = true,
      description = "Prints a layer's entries, or without a key the manifest and its layers.")
  static final class LayerDump extends Dump {
    @Parameters(
        paramLabel = "KEY",
        arity = "0..1",
        description = "Object key of a layer, as the manifest's listing shows it.")
    private @Nullable String key;

    @Override
    void dump(Path data, PrintStream out) {
      try (LocalObjectStore store = LocalObjectStore.open(data.resolve("objects"))) {
        if (key != null) {
          LayerPrinter.print(LayerReader.open(store, key), out);
          return;
        }
        Optional<Manifest> manifest = ManifestStore.findNewestOf(store, DevStorage.SHARD_PREFIX);
        if (manifest.isEmpty()) {
          out.println("no manifest yet: everything is still in the redo log");
          return;
        }
        LayerPrinter.print(manifest.get(), out);
        store
            .list(DevStorage.SHARD_PREFIX + "/layers/")
            .forEach(object -> out.println(object.key() + " " + object.sizeBytes() + " bytes"));
      }
    }
  }
}
