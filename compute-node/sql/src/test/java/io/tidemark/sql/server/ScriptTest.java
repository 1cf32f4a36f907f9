package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs scripts of statements with their results: a line `> statement`, then the lines of its
/// result. The results are MariaDB 10.11's where both systems agree with MySQL 8.0, else MySQL
/// 8.0's.
final class ScriptTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"queries-and-changes.txt", "plans-and-blocks.txt", "sessions-and-types.txt"})
  void answersAsRecorded(String script) throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      for (String line : read(script)) {
        expected.add(line);
        if (line.startsWith("> ")) {
          actual.add(line);
          for (String result : client.lines(line.substring(2))) {
            result.lines().filter(text -> !text.isBlank()).forEach(actual::add);
          }
        }
      }
    }
    assertThat(actual).isEqualTo(expected);
  }

  private static List<String> read(String script) throws IOException {
    try (InputStream in = ScriptTest.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IOException("script " + script + " is missing");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return reader.lines().toList();
    }
  }
}
