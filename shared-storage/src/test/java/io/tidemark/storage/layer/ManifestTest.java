package io.tidemark.storage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Manifest SAMPLE =
      new Manifest(
          17,
          4,
          new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L),
          Lsn.of(5000),
          Lsn.of(300),
          new Manifest.Contents(
              List.of(
                  layer(1, 0, 3000, new PageId(0, 0), new PageId(1, 9)),
                  layer(2, 0, 3000, new PageId(1, 10), new PageId(7, 1)),
                  layer(3, 3000, 5000, new PageId(0, 0), new PageId(9, 0))),
              new TreeMap<>(Map.of(5, Lsn.of(4000), 6, Lsn.of(4500)))));

  @Test
  void decodesWhatItEncoded() {
    assertThat(Manifest.decode(SAMPLE.encode(), "sample")).isEqualTo(SAMPLE);
    Manifest empty =
        new Manifest(1, 1, new UUID(1, 2), Lsn.ZERO, Lsn.ZERO, Manifest.Contents.EMPTY);
    assertThat(Manifest.decode(empty.encode(), "empty")).isEqualTo(empty);
  }

  @Test
  void everyFlippedBitIsFound() {
    byte[] bytes = SAMPLE.encode();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThatThrownBy(() -> Manifest.decode(damaged, "sample")).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void readsAndWritesVersion1() throws IOException {
    byte[] golden = LayerTest.golden("manifest-v1.bin");
    assertThat(Manifest.decode(golden, "golden")).isEqualTo(SAMPLE);
    assertThat(SAMPLE.encode()).isEqualTo(golden);
  }

  /// Wrote the golden file.
  static void main(String[] arguments) throws IOException {
    java.nio.file.Files.write(java.nio.file.Path.of(arguments[0]), SAMPLE.encode());
  }

  private static LayerDescriptor layer(
      long number, long start, long end, PageId first, PageId last) {
    return new LayerDescriptor(
        new LayerId(3, number),
        1000 * number,
        200,
        50,
        new LayerDescriptor.Bounds(first, last, Lsn.of(start), Lsn.of(end)),
        Lsn.of(start));
  }
}
