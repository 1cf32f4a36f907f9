package io.tidemark.log.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.tidemark.storage.certificate.CertificateMaker;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams between nodes: what arrives is what was sent, and strangers stay outside.
class NodeTransportTest {
  private static final String TOKEN = "a-token-of-the-test-cluster";
  private static final NodeMethod ECHO = new NodeMethod("tidemark.Test", "Echo");
  private static final int KIND = 200;
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir static Path directory;
  private static NodeCredentials one;
  private static NodeCredentials two;

  @BeforeAll
  static void makeCertificates() throws IOException {
    Path cluster = directory.resolve("cluster");
    CertificateMaker.authority(cluster);
    CertificateMaker.node(cluster, "one", List.of("one.example.org", "10.1.2.3"));
    CertificateMaker.node(cluster, "two", List.of());
    one = load(cluster, "one", TOKEN);
    two = load(cluster, "two", TOKEN);
  }

  private static NodeCredentials load(Path cluster, String node, String token) throws IOException {
    return NodeCredentials.load(
        cluster.resolve(CertificateMaker.AUTHORITY_CERTIFICATE),
        cluster.resolve(node + "-cert.pem"),
        cluster.resolve(node + "-key.pem"),
        token);
  }

  @Test
  void returnsWhatWasSentWithAndWithoutEncryption() throws Exception {
    for (NodeCredentials credentials : List.of(NodeCredentials.none(), two)) {
      NodeCredentials served = credentials.isNone() ? credentials : one;
      try (NodeServer server = NodeServer.open(ANY_PORT, served, List.of(echo()));
          NodeChannel channel = NodeChannel.open(address(server), credentials)) {
        for (int size : new int[] {0, 1, 16 << 10, (16 << 10) + 37, 1 << 20}) {
          byte[] sent = new byte[size];
          new Random(size).nextBytes(sent);
          assertThat(ask(channel, sent)).isEqualTo(sent);
        }
      }
    }
  }

  @Test
  void aWrongTokenIsRefusedOnBothSides() throws Exception {
    NodeCredentials wrong = load(directory.resolve("cluster"), "two", "another-token-than-that");
    assertRefused(wrong, one, "refuses this node: wrong cluster token");
  }

  @Test
  void aNodeOfAnotherAuthorityIsRefused() throws Exception {
    Path foreign = directory.resolve("foreign");
    CertificateMaker.authority(foreign);
    CertificateMaker.node(foreign, "stranger", List.of());
    NodeCredentials stranger = load(foreign, "stranger", TOKEN);
    // The stranger finds out that the server is not of its cluster.
    assertRefused(stranger, one, "refused a node with certificate \"CN=one\"");
    // A stranger who knows the cluster's authority is refused by the server.
    Path both = directory.resolve("both.pem");
    Files.writeString(
        both,
        Files.readString(directory.resolve("cluster").resolve("ca-cert.pem"))
            + Files.readString(foreign.resolve("ca-cert.pem")));
    NodeCredentials trusting =
        NodeCredentials.load(
            both, foreign.resolve("stranger-cert.pem"), foreign.resolve("stranger-key.pem"), TOKEN);
    assertRefused(trusting, one, "cannot be reached");
  }

  @Test
  void aNodeWithoutEncryptionIsRefused() throws Exception {
    assertRefused(NodeCredentials.none(), one, "cannot be reached");
    assertRefused(two, NodeCredentials.none(), "cannot be reached");
  }

  @Test
  void anUnreachableNodeIsAskedAgainLater() throws Exception {
    NodeAddress gone;
    try (NodeServer server = NodeServer.open(ANY_PORT, one, List.of())) {
      gone = address(server);
    }
    try (NodeChannel channel = NodeChannel.open(gone, two)) {
      assertThatThrownBy(() -> ask(channel, new byte[1]))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("node " + gone + " cannot be reached");
    }
  }

  @Test
  void listensOnTheLoopbackOnlyWithoutCredentials() {
    assertThatThrownBy(() ->
            NodeServer.open(new InetSocketAddress("0.0.0.0", 0), NodeCredentials.none(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loopback");
  }

  @Test
  void credentialsThatDoNotFitEachOtherAreNotLoaded() throws Exception {
    Path other = directory.resolve("other");
    CertificateMaker.authority(other);
    Path cluster = directory.resolve("cluster");
    assertThatThrownBy(() ->
            NodeCredentials.load(
                other.resolve("ca-cert.pem"),
                cluster.resolve("one-cert.pem"),
                cluster.resolve("one-key.pem"),
                TOKEN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not signed by the authority");
    assertThatThrownBy(() -> load(cluster, "one", "short"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cluster token");
    assertThatThrownBy(() -> CertificateMaker.authority(cluster))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already");
    assertThatThrownBy(() -> CertificateMaker.node(cluster, "../x", List.of()))
        .isInstanceOf(IOException.class);
    assertThat(Files.getPosixFilePermissions(cluster.resolve("one-key.pem")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void survivesForeignBytesOnThePort() throws Exception {
    long seed = System.nanoTime();
    System.out.println("tidemark.test.seed=" + seed);
    Random random = new Random(seed);
    for (NodeCredentials credentials : List.of(NodeCredentials.none(), one)) {
      NodeCredentials client = credentials.isNone() ? credentials : two;
      try (NodeServer server = NodeServer.open(ANY_PORT, credentials, List.of(echo()));
          NodeChannel channel = NodeChannel.open(address(server), client)) {
        for (int i = 0; i < 50; i++) {
          byte[] bytes = new byte[1 + random.nextInt(300)];
          random.nextBytes(bytes);
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            if (i % 2 == 0) {
              out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.write(bytes);
            socket.shutdownOutput();
            socket.setSoTimeout(10_000);
            InputStream in = socket.getInputStream();
            assertThat(in.readAllBytes().length).isLessThan(1000);
          } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|abort).*");
          }
        }
        assertThat(ask(channel, new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
      }
    }
  }

  @Test
  void aMessageWithAnyByteChangedIsRefused() throws Exception {
    byte[] whole = new HeadEncoder(12).putLong(7).putInt(9).message(KIND).stream().readAllBytes();
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> read(damaged))
            .as("bit %d of byte %d", bit, at)
            .isInstanceOf(Corrupt.class);
      }
    }
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(Corrupt.class);
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(Corrupt.class);
    assertThat(read(whole)).isEqualTo(9);
  }

  private static int read(byte[] bytes) {
    try (IncomingMessage message = new IncomingMessage(new ByteArrayInputStream(bytes))) {
      MessageHead head = message.readHead();
      assertThat(head.readLong()).isEqualTo(7);
      int value = head.readInt("value", 100);
      head.end();
      message.end();
      return value;
    }
  }

  private static void assertRefused(NodeCredentials client, NodeCredentials served, String expected)
      throws IOException {
    try (NodeServer server = NodeServer.open(ANY_PORT, served, List.of(echo()));
        NodeChannel channel = NodeChannel.open(address(server), client)) {
      assertThatThrownBy(() -> ask(channel, new byte[10]))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("node " + address(server))
          .hasMessageContaining(expected);
    }
  }

  private static NodeAddress address(NodeServer server) {
    return new NodeAddress("localhost", server.port());
  }

  /// Sends `bytes` and returns the answer.
  private static byte[] ask(NodeChannel channel, byte[] bytes) throws Exception {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ClientCall<OutgoingMessage, IncomingMessage> call =
        channel.start(
            ECHO,
            new ClientCall.Listener<>() {
              @Override
              public void onMessage(IncomingMessage message) {
                try (message) {
                  byte[] target = new byte[message.readHead().readInt("size", 1 << 20)];
                  message.readInto(MemorySegment.ofArray(target));
                  message.end();
                  answer.complete(target);
                }
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                answer.completeExceptionally(NodeErrors.fromStatus(channel.address(), status));
              }
            });
    call.request(1);
    call.sendMessage(new HeadEncoder(4).putInt(bytes.length).message(KIND, List.of(bytes)));
    call.halfClose();
    try {
      return answer.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static ServerServiceDefinition echo() {
    return ECHO.serve((call, headers) -> {
      call.request(1);
      call.sendHeaders(new Metadata());
      return new Echo(call);
    });
  }

  private static final class Echo extends ServerCall.Listener<IncomingMessage> {
    private final ServerCall<IncomingMessage, OutgoingMessage> call;

    Echo(ServerCall<IncomingMessage, OutgoingMessage> call) {
      this.call = call;
    }

    @Override
    public void onMessage(IncomingMessage message) {
      try (message) {
        int size = message.readHead().readInt("size", 1 << 20);
        byte[] bytes = message.readBytes(size);
        call.sendMessage(new HeadEncoder(4).putInt(size).message(KIND, List.of(bytes)));
      }
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }
  }
}
