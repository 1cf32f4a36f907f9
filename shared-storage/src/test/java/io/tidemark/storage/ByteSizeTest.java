package io.tidemark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0 B",
    "268435456, 268435456, 256 MiB",
    "256M, 268435456, 256 MiB",
    "256 MiB, 268435456, 256 MiB",
    "1.5g, 1610612736, 1536 MiB",
    "3k, 3072, 3 KiB",
    "1025, 1025, 1025 B"
  })
  void readsWhatPeopleWrite(String text, long bytes, String printed) {
    ByteSize size = ByteSize.parse(text);
    assertThat(size.bytes()).isEqualTo(bytes);
    assertThat(size).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "M", "12 parsecs", "0x10", "99999999999T"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
