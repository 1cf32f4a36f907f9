package io.tidemark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardMappingTest {
  /// What stores were written with: these never change.
  @Test
  void spreadsPagesAsItAlwaysDid() {
    ShardMapping mapping = new ShardMapping(4, 8);
    List<Integer> shards = new ArrayList<>();
    for (int stripe = 0; stripe < 16; stripe++) {
      shards.add(mapping.shardOf(new PageId(1, stripe * 8)));
    }
    assertThat(shards).containsExactly(3, 0, 2, 2, 1, 1, 0, 0, 2, 1, 0, 0, 3, 1, 1, 1);
    assertThat(new ShardMapping(1000, 1024).shardOf(new PageId(0, 0))).isEqualTo(883);
    assertThat(new ShardMapping(1000, 1024).shardOf(new PageId(1 << 30, Integer.MAX_VALUE)))
        .isEqualTo(160);
  }

  @Test
  void aStripeStaysTogether() {
    ShardMapping mapping = new ShardMapping(7, 100);
    for (int page = 0; page < 1000; page++) {
      assertThat(mapping.shardOf(new PageId(5, page)))
          .isEqualTo(mapping.shardOf(new PageId(5, page / 100 * 100)));
    }
  }

  @Test
  void everyPageHasOneShardAndShardsAreAboutEqual() {
    ShardMapping mapping = new ShardMapping(4, 16);
    int[] counts = new int[4];
    for (int space = 1; space <= 10; space++) {
      for (int page = 0; page < 16 * 1000; page += 16) {
        PageId id = new PageId(space, page);
        counts[mapping.shardOf(id)]++;
        int owners = 0;
        for (int shard = 0; shard < 4; shard++) {
          owners += new Shard(mapping, shard).has(id.packed()) ? 1 : 0;
        }
        assertThat(owners).isEqualTo(1);
      }
    }
    for (int count : counts) {
      assertThat(count).isBetween(2300, 2700);
    }
    assertThat(Shard.WHOLE.has(new PageId(7, 1).packed())).isTrue();
  }

  @Test
  void refusesWhatIsNoMapping() {
    assertThatThrownBy(() -> new ShardMapping(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShardMapping(2000, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShardMapping(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Shard(new ShardMapping(2, 1), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
