package io.tidemark.log.coordination;

import io.tidemark.storage.error.Corrupt;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a node tells the others of itself. Immutable.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKN`, 1 |
/// | name, role | text, text | |
/// | addresses | u32 count, then for each: service text, address text | sorted by service |
/// | checksum | u32 | CRC-32C of everything before |
///
/// @param name unique in the cluster, a segment of a key
/// @param addresses `host:port` by name of the service
public record NodeEntry(String name, Role role, SortedMap<String, String> addresses) {
  private static final int MAGIC = 0x4E4B4D54;
  private static final int FORMAT = 1;
  private static final int MAX_ADDRESSES = 64;

  /// What a node does.
  public enum Role {
    LOG_NODE,
    PAGE_SERVER,
    COMPUTE
  }

  public NodeEntry {
    if (Keys.check(name).indexOf('/') >= 0 || addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "node '%s' with %d addresses".formatted(name, addresses.size()));
    }
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
  }

  public byte[] encode() {
    ValueWriter writer = new ValueWriter(MAGIC, FORMAT).writeText(name).writeText(role.name());
    writer.writeInt(addresses.size());
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      writer.writeText(address.getKey()).writeText(address.getValue());
    }
    return writer.finish();
  }

  public static NodeEntry decode(String key, byte[] value) {
    ValueReader reader = new ValueReader("node entry " + key, value, MAGIC, FORMAT);
    String name = reader.readText();
    String role = reader.readText();
    TreeMap<String, String> addresses = new TreeMap<>();
    for (int left = reader.readCount(MAX_ADDRESSES); left > 0; left--) {
      addresses.put(reader.readText(), reader.readText());
    }
    reader.finish();
    try {
      return new NodeEntry(name, Role.valueOf(role), addresses);
    } catch (IllegalArgumentException e) {
      throw new Corrupt("node entry " + key + ": " + e.getMessage(), e);
    }
  }
}
