package io.tidemark.log.local;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The file `epoch`: the highest epoch that claimed the log, and where the log ended then. Replaced
/// by rename, so it is whole. A log that ends before that LSN has lost files. Immutable.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKE` |
/// | 4 | 4 | version | 1 |
/// | 8 | 8 | epoch | little-endian, as all |
/// | 16 | 8 | claimed at | durable end of the log when the epoch claimed it |
/// | 24 | 4 | checksum | CRC-32C of bytes 0..23 |
record EpochFile(Epoch epoch, Lsn claimedAt) {
  static final String NAME = "epoch";

  private static final String NEW_NAME = "epoch.new";
  private static final int BYTES = 28;
  private static final int MAGIC = 0x454B4D54;
  private static final int VERSION = 1;

  void write(Disk disk) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putInt(VERSION).putLong(epoch.value()).putLong(claimedAt.value());
    buffer.putInt(crc(buffer)).flip();
    try (DiskFile file = disk.create(NEW_NAME)) {
      file.write(buffer, 0);
      file.force();
    }
    disk.rename(NEW_NAME, NAME);
    disk.syncDirectory();
  }

  static EpochFile read(Disk disk) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(LITTLE_ENDIAN);
    int size;
    try (DiskFile file = disk.open(NAME)) {
      size = file.read(buffer, 0);
    }
    String path = disk.pathOf(NAME);
    if (size != BYTES || buffer.getInt(0) != MAGIC) {
      throw new Corrupt(
          "epoch file %s: expected %d bytes with magic TMKE, found %d bytes"
              .formatted(path, BYTES, size));
    }
    if (buffer.getInt(24) != crc(buffer)) {
      throw new Corrupt(
          "epoch file %s: checksum expected 0x%08X, found 0x%08X"
              .formatted(path, crc(buffer), buffer.getInt(24)));
    }
    if (buffer.getInt(4) != VERSION) {
      throw new Corrupt("epoch file " + path + ": version expected 1, found " + buffer.getInt(4));
    }
    return new EpochFile(new Epoch(buffer.getLong(8)), Lsn.of(buffer.getLong(16)));
  }

  private static int crc(ByteBuffer buffer) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().position(0).limit(24));
    return (int) crc.getValue();
  }
}
