package io.tidemark.sql.server;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Reads statements, one for each line, and prints their results.
public final class Shell {
  private Shell() {}

  public static void main(String[] arguments) throws Exception {
    try (TestServer server = TestServer.open();
        TestClient client = server.connect();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          System.out.println("> " + line);
          client.lines(line).forEach(System.out::println);
        }
      }
    }
  }
}
