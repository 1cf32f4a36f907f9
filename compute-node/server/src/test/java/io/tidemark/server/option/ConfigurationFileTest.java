package io.tidemark.server.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class ConfigurationFileTest {
  @TempDir private Path directory;

  @Command(name = "node", mixinStandardHelpOptions = true)
  private static final class Node implements Callable<Integer> {
    @Mixin private NodeOptions options = new NodeOptions();
    @Mixin private ObjectStoreOptions objects = new ObjectStoreOptions();

    @Override
    public Integer call() {
      return 0;
    }
  }

  private final Node node = new Node();
  private final CommandLine command = new CommandLine(node);
  private final StringWriter errors = new StringWriter();

  private int execute(String text, String... arguments) throws Exception {
    Path file = directory.resolve("node.conf");
    Files.writeString(file, text);
    String[] all = new String[arguments.length + 1];
    all[0] = "--config=" + file;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    command.setErr(new PrintWriter(errors, true));
    ConfigurationFile.apply(command, all);
    return command.execute(all);
  }

  @Test
  void givesOptionsTheirValues() throws Exception {
    int status =
        execute(
            """
            # a comment
            name=page-1
            data = /var/lib/tidemark
            coordination=zk-1:2181,zk-2:2181
            admin-port=9000
            object-store=s3://bucket/a/b/
            s3-path-style=true
            """);
    assertThat(status).as(errors.toString()).isZero();
    assertThat(node.options.name()).isEqualTo("page-1");
    assertThat(node.options.data()).isEqualTo(Path.of("/var/lib/tidemark"));
    assertThat(node.options.coordination()).isEqualTo("zk-1:2181,zk-2:2181");
    assertThat(node.options.adminPort()).isEqualTo(9000);
    assertThat(node.options.advertise()).isEqualTo("127.0.0.1");
    assertThat(node.objects.place()).contains(new ObjectStoreOptions.Bucket("bucket", "a/b"));
    assertThat(node.objects.pathStyle()).isTrue();
  }

  @Test
  void theCommandLineWins() throws Exception {
    assertThat(execute("name=one\ndata=d\ncoordination=c:1\nadmin-port=1", "--admin-port", "2"))
        .as(errors.toString())
        .isZero();
    assertThat(node.options.adminPort()).isEqualTo(2);
  }

  @Test
  void refusesAnUnknownKeyAndNamesTheNearest() {
    assertThatThrownBy(() -> execute("name=one\nadminport=1"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("node.conf: unknown key 'adminport'; did you mean 'admin-port'?");
    assertThatThrownBy(() -> execute("config=other"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("unknown key 'config'");
  }

  @Test
  void namesFileAndKeyOfABadValue() throws Exception {
    assertThat(execute("name=one\ndata=d\ncoordination=c:1\nadmin-port=70000")).isEqualTo(2);
    assertThat(errors.toString())
        .contains("node.conf: key 'admin-port': ")
        .contains("'70000' is not a port in 0..65535")
        .hasLineCount(1);
  }

  @Test
  void aBadValueOfTheCommandLineIsNotTheFiles() throws Exception {
    assertThat(execute("name=one\ndata=d\ncoordination=c:1", "--admin-port", "x")).isEqualTo(2);
    assertThat(errors.toString()).contains("'x' is not a port").doesNotContain("node.conf: key");
  }

  @Test
  void saysThatTheFileIsNotThere() {
    assertThatThrownBy(
            () -> ConfigurationFile.apply(command, new String[] {"--config", "/no/such/file"}))
        .isInstanceOf(ParameterException.class)
        .hasMessage("configuration file /no/such/file does not exist");
  }

  @Test
  void whatTheFileDoesNotGiveIsStillRequired() throws Exception {
    assertThat(execute("name=one")).isEqualTo(2);
    assertThat(errors.toString()).contains("--data").contains("--coordination");
  }

  @Test
  void countsTheLettersThatDiffer() {
    assertThat(ConfigurationFile.distance("port", "port")).isZero();
    assertThat(ConfigurationFile.distance("port", "ports")).isEqualTo(1);
    assertThat(ConfigurationFile.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(ConfigurationFile.distance("", "abc")).isEqualTo(3);
  }
}
