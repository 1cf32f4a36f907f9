package io.tidemark.server.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// The file that `--config` names: a properties file in UTF-8 whose keys are the long names of the
/// command's options without the dashes, such as `mysql-port=3306`. What stands on the command line
/// wins. Immutable.
public final class ConfigurationFile implements IDefaultValueProvider {
  /// The option that names it.
  static final String OPTION = "--config";

  private final Path file;
  private final Map<String, String> values;

  private ConfigurationFile(Path file, Map<String, String> values) {
    this.file = file;
    this.values = values;
  }

  /// Gives `command` the values of the file that `arguments` name, if they name one.
  ///
  /// @throws ParameterException in one sentence that names the file, and the key it is about
  public static void apply(CommandLine command, String[] arguments) {
    Optional<Path> named = named(arguments);
    if (named.isEmpty() || !command.getCommandSpec().optionsMap().containsKey(OPTION)) {
      return;
    }
    ConfigurationFile file = read(named.get(), command);
    command.setDefaultValueProvider(file);
    command.setParameterExceptionHandler(
        file.handlerBefore(command.getParameterExceptionHandler()));
  }

  private static Optional<Path> named(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith(OPTION + "=")) {
        return Optional.of(Path.of(arguments[i].substring(OPTION.length() + 1)));
      }
      if (arguments[i].equals(OPTION) && i + 1 < arguments.length) {
        return Optional.of(Path.of(arguments[i + 1]));
      }
    }
    return Optional.empty();
  }

  private static ConfigurationFile read(Path file, CommandLine command) {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (NoSuchFileException e) {
      throw new ParameterException(command, "configuration file " + file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new ParameterException(command, "configuration file " + file + " is not readable", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(
          command, "configuration file " + file + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, String> values = new TreeMap<>();
    for (String key : read.stringPropertyNames()) {
      if (!isKey(command.getCommandSpec(), key)) {
        throw new ParameterException(
            command,
            "configuration file %s: unknown key '%s'%s"
                .formatted(file, key, suggestion(command.getCommandSpec(), key)));
      }
      values.put(key, read.getProperty(key).strip());
    }
    return new ConfigurationFile(file, values);
  }

  private static boolean isKey(CommandSpec command, String key) {
    OptionSpec option = command.optionsMap().get("--" + key);
    return option != null && isConfigurable(option);
  }

  private static boolean isConfigurable(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp() && !option.longestName().equals(OPTION);
  }

  private static String suggestion(CommandSpec command, String key) {
    return command.options().stream()
        .filter(ConfigurationFile::isConfigurable)
        .map(ConfigurationFile::keyOf)
        .min(Comparator.comparingInt(known -> distance(known, key)))
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("");
  }

  /// How many letters have to be put in, taken out or changed to make `one` of `other`
  /// (Levenshtein, 1965).
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }

  private static String keyOf(OptionSpec option) {
    return option.longestName().substring(2);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? values.get(keyOf(option)) : null;
  }

  /// Errors of values that come from the file name it; all others are as they were.
  private IParameterExceptionHandler handlerBefore(IParameterExceptionHandler next) {
    return (error, arguments) -> {
      if (error.getArgSpec() instanceof OptionSpec option
          && error.getValue() != null
          && error.getValue().equals(values.get(keyOf(option)))) {
        PrintWriter out = error.getCommandLine().getErr();
        out.printf(
            "configuration file %s: key '%s': %s%n", file, keyOf(option), error.getMessage());
        return ExitCode.USAGE;
      }
      return next.handleParseException(error, arguments);
    };
  }
}
