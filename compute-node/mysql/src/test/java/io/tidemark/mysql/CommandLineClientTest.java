package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MariaDB's command line, where it is installed.
class CommandLineClientTest {
  private static final String PROGRAM = "mariadb";

  @TempDir private Path directory;
  private final FakeSqlServer sql = new FakeSqlServer();

  @BeforeAll
  static void needsTheProgram() {
    boolean found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)));
    assumeTrue(found, PROGRAM + " is not installed");
  }

  private String run(MySqlServer server, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + server.port(),
                "--default-character-set=utf8mb4"));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private MySqlServer open() throws IOException {
    return MySqlServer.open(
        MySqlServerConfig.of(
            InetAddress.getLoopbackAddress(), 0, new MySqlServerConfig.Tls.Directory(directory)),
        sql);
  }

  @Test
  void showsRowsAndErrors() throws Exception {
    sql.answer(
        "SELECT s",
        FakeResult.single(
            "s", SqlType.varchar(10, Collations.UTF8MB4_0900_AI_CI), "häß", FakeResult.NULL));
    try (MySqlServer server = open()) {
      assertThat(run(server, "-uroot", "-e", "SELECT s; SELECT 1; nonsense"))
          .startsWith("s\nhäß\nNULL\n1\n1\n")
          .endsWith("ERROR 1064 (42000) at line 1: unknown to the fake: nonsense\n");
    }
  }

  @Test
  void logsInWithBothMethodsWithAndWithoutTls() throws Exception {
    try (MySqlServer server = open()) {
      for (String tls : List.of("--skip-ssl", "--ssl")) {
        assertThat(run(server, "-uold", "-psecret1", tls, "-e", "SELECT USER()"))
            .isEqualTo("user()\nold@localhost\n");
      }
      for (int i = 0; i < 2; i++) {
        assertThat(run(server, "-unew", "-psecret2", "--ssl", "-e", "SELECT USER()"))
            .isEqualTo("user()\nnew@localhost\n");
      }
      assertThat(run(server, "-uold", "-pwrong", "-e", "SELECT USER()"))
          .isEqualTo(
              "ERROR 1045 (28000): Access denied for user 'old'@'localhost' (using password: YES)\n");
    }
  }
}
