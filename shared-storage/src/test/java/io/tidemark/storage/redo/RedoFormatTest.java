package io.tidemark.storage.redo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.PageVerifier;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Golden bytes of records, mini-transactions, frames and the page they give: a released format
/// never changes. Whoever has to change this file is making a new version.
class RedoFormatTest {
  private static final PageId PAGE = new PageId(7, 300);

  @Test
  void recordsHaveTheirGoldenBytes() {
    assertThat(encoded(e -> e.pageFormat(PAGE, PageType.TREE_LEAF, 0, 1, 0x0102030405060708L)))
        .isEqualTo("0107ac020b0300010807060504030201");
    assertThat(encoded(e -> e.itemInsert(PAGE, 2, bytes("aabbcc"), 0, 3)))
        .isEqualTo("0207ac020402aabbcc");
    assertThat(encoded(e -> e.itemDelete(PAGE, 200, 3))).isEqualTo("0307ac0203c80103");
    assertThat(encoded(e -> e.itemReplace(PAGE, 0, bytes("00aabb"), 1, 2)))
        .isEqualTo("0407ac020300aabb");
    assertThat(encoded(e -> e.itemPatch(PAGE, 1, 130, bytes("dd"), 0, 1)))
        .isEqualTo("0507ac0204018201dd");
    assertThat(encoded(e -> e.itemsInsert(PAGE, 0, List.of(bytes("aa"), bytes(""), bytes("bbcc")))))
        .isEqualTo("0607ac02070001aa0002bbcc");
    assertThat(encoded(e -> e.siblings(PAGE, -1, 5))).isEqualTo("0707ac0208ffffffff05000000");
    assertThat(encoded(e -> e.header(PAGE, 2, 255, 9, -1)))
        .isEqualTo("0807ac021202ff0900000000000000ffffffffffffffff");
    assertThat(encoded(e -> e.rawBytes(PAGE, 64, bytes("cafe"), 0, 2)))
        .isEqualTo("0907ac020340cafe");
    assertThat(encoded(e -> e.transactionCommit(300, 1_800_000_000_123L)))
        .isEqualTo("4008ac02fba0f1c2b134");
    assertThat(encoded(e -> e.number(RedoRecordType.TRANSACTION_ABORT, 1))).isEqualTo("410101");
    assertThat(encoded(e -> e.numberAndBytes(RedoRecordType.CATALOG_CHANGE, 1, bytes("ee"), 0, 1)))
        .isEqualTo("420201ee");
    assertThat(encoded(e -> e.numberAndBytes(RedoRecordType.BINLOG_EVENTS, 1, bytes("ee"), 0, 1)))
        .isEqualTo("430201ee");
    assertThat(encoded(e -> e.number(RedoRecordType.FORMAT_GATE, 2))).isEqualTo("440102");
    assertThat(encoded(e -> e.number(RedoRecordType.SPACE_CREATED, 3))).isEqualTo("450103");
    assertThat(encoded(e -> e.number(RedoRecordType.SPACE_DROPPED, Long.MAX_VALUE)))
        .isEqualTo("4609ffffffffffffffff7f");
    assertThat(encoded(e -> e.number(RedoRecordType.PURGE_HORIZON, 300))).isEqualTo("4702ac02");
  }

  @Test
  void everyRecordTypeIsCovered() {
    List<Integer> codes = new ArrayList<>();
    for (RedoRecordType type : RedoRecordType.values()) {
      codes.add(type.code());
      assertThat(RedoRecordType.ofCode(type.code())).isEqualTo(type);
    }
    // A new type needs its golden bytes above.
    assertThat(codes).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 65, 66, 67, 68, 69, 70, 71);
  }

  @Test
  void framesHaveTheirGoldenBytes() {
    RecordEncoder mtr = new RecordEncoder(64);
    mtr.number(RedoRecordType.TRANSACTION_COMMIT, 300);
    mtr.finish();
    byte[] frame = new byte[Frame.HEADER_BYTES + mtr.sizeBytes()];
    System.arraycopy(mtr.buffer(), 0, frame, Frame.HEADER_BYTES, mtr.sizeBytes());
    Frame sealed = Frame.seal(new Epoch(5), Lsn.of(1000), frame);
    assertThat(hex(sealed.bytes()))
        .isEqualTo(
            "544d4b46"
                + "01000000"
                + "0500000000000000"
                + "e803000000000000"
                + "08000000"
                + "08000000"
                + "65f611ff"
                + "f593a7b4"
                + "04000000"
                + "4002ac02");
    assertThat(sealed.endLsn()).isEqualTo(Lsn.of(1008));
    assertThat(Frame.decode(sealed.bytes().clone()).toString()).isEqualTo(sealed.toString());
  }

  @Test
  void pagesHaveTheirGoldenBytes() throws Exception {
    MemorySegment page = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    RecordEncoder redo = new RecordEncoder(4096);
    redo.pageFormat(PAGE, PageType.TREE_LEAF, 0, 1, 12);
    redo.itemsInsert(PAGE, 0, List.of(bytes("0102030405"), bytes("aa"), bytes("bbccdd")));
    redo.itemInsert(PAGE, 1, bytes("ffff"), 0, 2);
    redo.itemReplace(PAGE, 0, bytes("99"), 0, 1);
    redo.itemPatch(PAGE, 3, 1, bytes("77"), 0, 1);
    redo.itemDelete(PAGE, 2, 1);
    redo.siblings(PAGE, 3, -1);
    redo.header(PAGE, 0, 1, 12, 0x55);
    RecordCursor cursor = new RecordCursor();
    cursor.reset(
        redo.buffer(),
        RecordEncoder.MTR_HEADER_BYTES,
        redo.sizeBytes() - RecordEncoder.MTR_HEADER_BYTES);
    while (cursor.next()) {
      RedoApplier.apply(page, cursor);
    }
    PageHeader.setPageLsn(page, 4711);
    assertThat(PageVerifier.findings(page, PAGE)).isEmpty();
    byte[] all = page.toArray(PageHeader.BYTE);
    assertThat(HexFormat.of().formatHex(all, 0, 96))
        .isEqualTo(
            "00000000"
                + "01030001"
                + "6712000000000000"
                + "07000000"
                + "2c010000"
                + "03000000"
                + "ffffffff"
                + "0c00000000000000"
                + "0300"
                + "5300"
                + "0700"
                + "0000"
                + "5500000000000000"
                + "0000000000000000"
                + "01009900000000"
                + "0100aa"
                + "0300bb77dd"
                + "0200ffff"
                + "000000000000000000"
                + "00000000");
    assertThat(HexFormat.of().formatHex(all, PageHeader.PAGE_BYTES - 8, PageHeader.PAGE_BYTES))
        .isEqualTo("0000" + "4a00" + "4f00" + "4000");
    assertThat(hex(MessageDigest.getInstance("SHA-256").digest(all)))
        .isEqualTo("6b3375d4d359e5eee595c42f27737535026d030b5a9d739a25c0b7b17fdc2fed");
  }

  @Test
  void printsRedo() {
    RecordEncoder mtr = new RecordEncoder(64);
    mtr.itemInsert(PAGE, 2, bytes("aabbcc"), 0, 3);
    mtr.itemPatch(PAGE, 1, 13, bytes("dd"), 0, 1);
    mtr.transactionCommit(300, 1_800_000_000_123L);
    mtr.finish();
    byte[] frame = new byte[Frame.HEADER_BYTES + mtr.sizeBytes()];
    System.arraycopy(mtr.buffer(), 0, frame, Frame.HEADER_BYTES, mtr.sizeBytes());
    List<String> lines = new ArrayList<>();
    new RedoPrinter(lines::add).print(Frame.seal(new Epoch(5), Lsn.of(1000), frame), Lsn.ZERO);
    assertThat(lines)
        .containsExactly(
            "frame 1000..1031 epoch 5 bytes 71",
            "  mtr lsn 1031 bytes 27",
            "    ITEM_INSERT page 7/300 slot 2: 3 bytes aabbcc",
            "    ITEM_PATCH page 7/300 slot 1 at 13: 1 bytes dd",
            "    TRANSACTION_COMMIT transaction 300 at 2027-01-15T08:00:00.123Z");
  }

  private static String encoded(Consumer<RecordEncoder> record) {
    RecordEncoder encoder = new RecordEncoder(16);
    record.accept(encoder);
    int start = encoder.lastRecordStart();
    RecordCursor cursor = new RecordCursor();
    cursor.reset(encoder.buffer(), start, encoder.sizeBytes() - start);
    assertThat(cursor.next()).isTrue();
    assertThat(RedoPrinter.describe(cursor)).doesNotContain("unreadable");
    assertThat(cursor.next()).isFalse();
    return HexFormat.of().formatHex(encoder.buffer(), start, encoder.sizeBytes());
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
