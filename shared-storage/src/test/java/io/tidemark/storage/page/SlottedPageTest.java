package io.tidemark.storage.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlottedPageTest {
  private static final PageId PAGE = new PageId(3, 99);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void behavesAsAList(long seed) {
    Random random = new Random(seed);
    MemorySegment page = newPage();
    List<byte[]> model = new ArrayList<>();
    int longest = seed % 2 == 0 ? 60 : 4000;
    for (int step = 0; step < 4000; step++) {
      change(random, page, model, longest);
      if (step % 16 == 0 || step > 3900) {
        check("seed " + seed + " step " + step, page, model);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void equalOperationsGiveEqualBytes(long seed) {
    MemorySegment first = newPage();
    MemorySegment second = Arena.ofAuto().allocate(PageHeader.PAGE_BYTES);
    PageMutation.format(second, PAGE, PageType.TREE_LEAF, 0, 0, 1);
    Random firstRandom = new Random(seed);
    Random secondRandom = new Random(seed);
    List<byte[]> firstModel = new ArrayList<>();
    List<byte[]> secondModel = new ArrayList<>();
    for (int step = 0; step < 3000; step++) {
      change(firstRandom, first, firstModel, 300);
      change(secondRandom, second, secondModel, 300);
      if (step % 64 == 0) {
        // Work on another page between: scratch memory must not leak into this one.
        change(new Random(step), newPage(), new ArrayList<>(), 300);
        assertThat(first.mismatch(second)).as("seed %d step %d", seed, step).isEqualTo(-1);
      }
    }
  }

  @Test
  void fillsAPageToItsLastByte() {
    MemorySegment page = newPage();
    int overhead = SlottedPage.ITEM_HEADER_BYTES + SlottedPage.SLOT_BYTES;
    byte[] whole = new byte[SlottedPage.CAPACITY_BYTES - overhead];
    whole[whole.length - 1] = 7;
    assertThat(SlottedPage.fits(page, whole.length)).isTrue();
    assertThat(SlottedPage.fits(page, whole.length + 1)).isFalse();
    SlottedPage.insert(page, 0, whole, 0, whole.length);
    assertThat(SlottedPage.freeBytes(page)).isZero();
    check("full", page, List.of(whole));
    SlottedPage.replace(page, 0, new byte[0], 0, 0);
    check("emptied item", page, List.of(new byte[0]));
    SlottedPage.replace(page, 0, whole, 0, whole.length);
    check("refilled", page, List.of(whole));
    SlottedPage.delete(page, 0);
    check("deleted", page, List.of());
    assertThat(page.mismatch(newPage())).isEqualTo(-1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    MemorySegment page = newPage();
    SlottedPage.insert(page, 0, new byte[100], 0, 100);
    byte[] big = new byte[PageHeader.PAGE_BYTES];
    refused(() -> SlottedPage.insert(page, 2, big, 0, 1));
    refused(() -> SlottedPage.insert(page, -1, big, 0, 1));
    refused(() -> SlottedPage.insert(page, 0, big, 0, big.length));
    refused(() -> SlottedPage.replace(page, 0, big, 0, big.length));
    refused(() -> SlottedPage.replace(page, 1, big, 0, 1));
    refused(() -> SlottedPage.delete(page, 1));
    refused(() -> SlottedPage.delete(page, -1));
    refused(() -> SlottedPage.deleteRange(page, 0, 2));
    refused(() -> SlottedPage.deleteRange(page, 1, 0));
    refused(() -> SlottedPage.deleteRange(page, 1, Integer.MIN_VALUE));
    refused(() -> SlottedPage.patch(page, 0, 99, big, 0, 2));
    refused(() -> SlottedPage.patch(page, 0, Integer.MAX_VALUE, big, 0, 2));
    refused(() -> SlottedPage.patch(page, 1, 0, big, 0, 1));
    check("unchanged", page, List.of(new byte[100]));
  }

  private static void refused(Runnable change) {
    assertThatThrownBy(change::run).isInstanceOf(Corrupt.class).hasMessageContaining("page 3/99");
  }

  private static void change(Random random, MemorySegment page, List<byte[]> model, int longest) {
    int count = model.size();
    byte[] item = new byte[random.nextInt(longest)];
    random.nextBytes(item);
    int slot = random.nextInt(count + 1);
    switch (count == 0 ? 0 : random.nextInt(9)) {
      case 0, 1, 2, 3 -> {
        if (SlottedPage.fits(page, item.length)) {
          SlottedPage.insert(page, slot, item, 0, item.length);
          model.add(slot, item);
        }
      }
      case 4 -> {
        int victim = random.nextInt(count);
        SlottedPage.delete(page, victim);
        model.remove(victim);
      }
      case 5 -> {
        int first = random.nextInt(count);
        int end = first + random.nextInt(Math.min(5, count - first) + 1);
        SlottedPage.deleteRange(page, first, end);
        model.subList(first, end).clear();
      }
      case 6, 7 -> {
        int victim = random.nextInt(count);
        if (SlottedPage.fitsReplacing(page, victim, item.length)) {
          SlottedPage.replace(page, victim, item, 0, item.length);
          model.set(victim, item);
        }
      }
      default -> {
        int victim = random.nextInt(count);
        byte[] patched = model.get(victim).clone();
        int at = random.nextInt(patched.length + 1);
        int length = Math.min(item.length, patched.length - at);
        System.arraycopy(item, 0, patched, at, length);
        SlottedPage.patch(page, victim, at, item, 0, length);
        model.set(victim, patched);
      }
    }
  }

  private static void check(String when, MemorySegment page, List<byte[]> model) {
    assertThat(PageVerifier.findings(page, PAGE)).as(when).isEmpty();
    assertThat(SlottedPage.slotCount(page)).as(when).isEqualTo(model.size());
    int used = 0;
    for (int slot = 0; slot < model.size(); slot++) {
      assertThat(SlottedPage.item(page, slot))
          .as("%s slot %d", when, slot)
          .isEqualTo(model.get(slot));
      used += model.get(slot).length + SlottedPage.ITEM_HEADER_BYTES + SlottedPage.SLOT_BYTES;
    }
    assertThat(SlottedPage.freeBytes(page)).as(when).isEqualTo(SlottedPage.CAPACITY_BYTES - used);
  }

  private static MemorySegment newPage() {
    MemorySegment page = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    PageMutation.format(page, PAGE, PageType.TREE_LEAF, 0, 0, 1);
    return page;
  }
}
