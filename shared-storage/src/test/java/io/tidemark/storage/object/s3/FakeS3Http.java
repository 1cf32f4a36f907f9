package io.tidemark.storage.object.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.storage.object.s3.FakeS3Fault.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The little of HTTP/1.1 that a client of S3 uses.
final class FakeS3Http {
  private static final int MAX_LINE_BYTES = 16 << 10;

  private FakeS3Http() {}

  /// A request with its body; header names are in lower case, path and query decoded.
  record Request(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      Body body) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    String bucket() {
      int slash = path.indexOf('/', 1);
      return slash < 0 ? path.substring(1) : path.substring(1, slash);
    }

    /// The object's name; empty for the bucket itself.
    String name() {
      int slash = path.indexOf('/', 1);
      return slash < 0 ? "" : path.substring(slash + 1);
    }

    Operation operation() {
      return switch (method) {
        case "PUT" ->
            query.containsKey("partNumber") ? Operation.UPLOAD_PART : Operation.PUT_OBJECT;
        case "GET" -> name().isEmpty() ? Operation.LIST_OBJECTS : Operation.GET_OBJECT;
        case "HEAD" -> Operation.HEAD_OBJECT;
        case "DELETE" ->
            query.containsKey("uploadId") ? Operation.ABORT_UPLOAD : Operation.DELETE_OBJECT;
        case "POST" ->
            query.containsKey("uploads") ? Operation.CREATE_UPLOAD : Operation.COMPLETE_UPLOAD;
        default -> throw new IllegalArgumentException("method " + method);
      };
    }
  }

  /// Bytes that nobody changes.
  static final class Body {
    private final byte[] bytes;

    Body(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /// An answer. `hiddenLength` is the length that the answer to HEAD speaks of.
  record Answer(int status, Map<String, String> headers, Body body, long hiddenLength) {
    static Answer of(int status, byte[] body) {
      return new Answer(status, new TreeMap<>(), new Body(body), -1);
    }

    static Answer error(int status, String code) {
      return of(
          status,
          "<Error><Code>%s</Code><Message>said the fake</Message></Error>"
              .formatted(code)
              .getBytes(UTF_8));
    }

    Answer with(String header, String value) {
      headers.put(header, value);
      return this;
    }

    byte[] head() {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Text\r\n");
      headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      long length = hiddenLength >= 0 ? hiddenLength : body.bytes().length;
      if (status != 204) {
        head.append("Content-Length: ").append(length).append("\r\n");
      }
      return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
  }

  /// The next request of a connection; empty at its end.
  static Optional<Request> read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String[] words = first.split(" ");
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (headers.containsKey("transfer-encoding")) {
      throw new IOException("chunked requests are not understood");
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("request body ended at " + body.length + " of " + length);
    }
    int question = words[1].indexOf('?');
    String path = question < 0 ? words[1] : words[1].substring(0, question);
    Map<String, String> query = new HashMap<>();
    if (question >= 0) {
      for (String pair : words[1].substring(question + 1).split("&")) {
        int equals = pair.indexOf('=');
        query.put(
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return Optional.of(new Request(words[0], decode(path), query, headers, new Body(body)));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == MAX_LINE_BYTES) {
        throw new IOException("line is too long");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
