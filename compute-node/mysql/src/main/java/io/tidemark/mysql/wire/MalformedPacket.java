package io.tidemark.mysql.wire;

/// The payload of a packet does not have the form its command asks for. The packet's frame was
/// whole, so the connection can go on with the next one.
public final class MalformedPacket extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedPacket(String message) {
    super(message, null, false, false);
  }
}
