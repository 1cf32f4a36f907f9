package io.tidemark.log.bookkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerChainTest {
  private static final LedgerChain CHAIN =
      LedgerChain.EMPTY
          .claim(new Epoch(1), "one")
          .add(7)
          .closeLast(Lsn.of(100))
          .claim(new Epoch(2), "two")
          .add(8)
          .closeLast(Lsn.of(250))
          .add(11);

  @Test
  void returnsAsItWas() {
    assertThat(LedgerChain.decode("log", CHAIN.encode())).isEqualTo(CHAIN);
    LedgerChain trimmed = CHAIN.trim(Lsn.of(100));
    assertThat(LedgerChain.decode("log", trimmed.encode())).isEqualTo(trimmed);
    assertThat(LedgerChain.decode("log", LedgerChain.EMPTY.encode())).isEqualTo(LedgerChain.EMPTY);
  }

  @Test
  void noDamageGoesUnnoticed() {
    byte[] good = CHAIN.trim(Lsn.of(100)).encode();
    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= 0x08;
      assertThatThrownBy(() -> LedgerChain.decode("log", flipped)).isInstanceOf(Corrupt.class);
      byte[] cut = Arrays.copyOf(good, i);
      assertThatThrownBy(() -> LedgerChain.decode("log", cut)).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void findsTheLedgerWithAnLsn() {
    assertThat(CHAIN.find(Lsn.ZERO).map(LedgerSpan::id)).contains(7L);
    assertThat(CHAIN.find(Lsn.of(99)).map(LedgerSpan::id)).contains(7L);
    assertThat(CHAIN.find(Lsn.of(100)).map(LedgerSpan::id)).contains(8L);
    assertThat(CHAIN.find(Lsn.of(250)).map(LedgerSpan::id)).contains(11L);
    assertThat(CHAIN.find(Lsn.of(999)).map(LedgerSpan::id)).contains(11L);
    assertThat(CHAIN.closeLast(Lsn.of(300)).find(Lsn.of(300))).isEqualTo(Optional.empty());
    assertThat(LedgerChain.EMPTY.find(Lsn.ZERO)).isEqualTo(Optional.empty());
  }

  @Test
  void trimsWholeClosedLedgers() {
    assertThat(CHAIN.trim(Lsn.of(99))).isEqualTo(CHAIN);
    LedgerChain trimmed = CHAIN.trim(Lsn.of(249));
    assertThat(trimmed.start()).isEqualTo(Lsn.of(100));
    assertThat(trimmed.doomed()).containsExactly(7L);
    LedgerChain all = CHAIN.trim(Lsn.of(Long.MAX_VALUE));
    assertThat(all.ledgers()).hasSize(1);
    assertThat(all.doomed()).containsExactly(7L, 8L);
    assertThat(all.forget(List.of(7L, 8L)).doomed()).isEmpty();
  }

  @Test
  void dropsALedgerThatStayedEmpty() {
    LedgerChain closed = CHAIN.closeLast(Lsn.of(250));
    assertThat(closed.last().map(LedgerSpan::id)).contains(8L);
    assertThat(closed.doomed()).containsExactly(11L);
    assertThat(closed.closeLast(Lsn.of(250))).isEqualTo(closed);
  }

  @Test
  void refusesAGapAndAFallingEpoch() {
    Epoch two = new Epoch(2);
    LedgerSpan first = new LedgerSpan(1, two, Lsn.ZERO, Lsn.of(10), true);
    LedgerSpan gap = new LedgerSpan(2, two, Lsn.of(11), Lsn.of(20), true);
    LedgerSpan lower = new LedgerSpan(2, new Epoch(1), Lsn.of(10), Lsn.of(20), true);
    for (LedgerSpan wrong : List.of(gap, lower)) {
      assertThatThrownBy(
              () -> new LedgerChain(two, "x", Lsn.ZERO, List.of(first, wrong), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
