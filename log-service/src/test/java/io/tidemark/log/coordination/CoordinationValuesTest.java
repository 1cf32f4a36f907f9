package io.tidemark.log.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CoordinationValuesTest {
  private static final NodeEntry NODE =
      new NodeEntry(
          "log-1",
          NodeEntry.Role.LOG_NODE,
          new TreeMap<>(Map.of("bookie", "10.0.0.1:3181", "feed", "10.0.0.1:7001")));
  private static final ShardMap MAP = ShardMap.of(3, 2048).assign(0, "page-1").assign(2, "page-2");

  @Test
  void valuesReturnAsTheyWere() {
    assertThat(NodeEntry.decode("nodes/log-1", NODE.encode())).isEqualTo(NODE);
    assertThat(ShardMap.decode(MAP.encode())).isEqualTo(MAP);
  }

  @Test
  void noDamageGoesUnnoticed() {
    checkDamage(NODE.encode(), bytes -> NodeEntry.decode("nodes/log-1", bytes));
    checkDamage(MAP.encode(), ShardMap::decode);
  }

  static void checkDamage(byte[] good, Function<byte[], ?> decode) {
    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= 0x20;
      assertThatThrownBy(() -> decode.apply(flipped)).isInstanceOf(Corrupt.class);
      byte[] cut = Arrays.copyOf(good, i);
      assertThatThrownBy(() -> decode.apply(cut)).isInstanceOf(Corrupt.class);
    }
  }
}
