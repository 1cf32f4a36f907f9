package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// The state of one shard of one timeline: which layers hold it, and up to which LSN.
///
/// Version 1, integers little-endian:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKM` |
/// | 4 | 1 | version | 1 |
/// | 5 | 3 | reserved | zero |
/// | 8 | 8 | sequence | number of this manifest, also in its object key |
/// | 16 | 8 | generation | of the page server that wrote it |
/// | 24 | 16 | owner | token by which the writer knows its own object |
/// | 40 | 8 | uploaded LSN | all redo up to here is in the layers |
/// | 48 | 8 | gc horizon | no LSN below it can be read any more |
/// | 56 | 4 | layer count | |
/// | 60 | 4 | dropped count | |
/// | 64 | 80 each | layers | generation, number, size, tail length u32, reserved u32, entries, first page, last page, start LSN, end LSN, purged LSN |
/// | | 16 each | dropped spaces | space id u64, LSN of the drop |
/// | end-4 | 4 | checksum | CRC-32C of everything in front |
///
/// Immutable.
public record Manifest(
    long sequence, long generation, UUID owner, Lsn uploadedLsn, Lsn gcHorizon, Contents contents) {
  public static final int VERSION = 1;

  private static final int MAGIC = 0x4D4B4D54;
  private static final int HEADER_BYTES = 64;
  private static final int LAYER_BYTES = 80;
  private static final int DROP_BYTES = 16;

  /// Layers, in no order that matters, and the LSN of the drop of each dropped tablespace of which
  /// a layer may still hold something.
  public record Contents(List<LayerDescriptor> layers, SortedMap<Integer, Lsn> droppedSpaces) {
    public static final Contents EMPTY = new Contents(List.of(), new TreeMap<>());

    public Contents {
      layers = List.copyOf(layers);
      droppedSpaces = Collections.unmodifiableSortedMap(new TreeMap<>(droppedSpaces));
    }
  }

  public List<LayerDescriptor> layers() {
    return contents.layers;
  }

  public SortedMap<Integer, Lsn> droppedSpaces() {
    return contents.droppedSpaces;
  }

  public byte[] encode() {
    int size =
        HEADER_BYTES
            + layers().size() * LAYER_BYTES
            + droppedSpaces().size() * DROP_BYTES
            + Integer.BYTES;
    byte[] bytes = new byte[size];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    segment.set(INT, 0, MAGIC);
    segment.set(INT, 4, VERSION);
    segment.set(LONG, 8, sequence);
    segment.set(LONG, 16, generation);
    segment.set(LONG, 24, owner.getMostSignificantBits());
    segment.set(LONG, 32, owner.getLeastSignificantBits());
    segment.set(LONG, 40, uploadedLsn.value());
    segment.set(LONG, 48, gcHorizon.value());
    segment.set(INT, 56, layers().size());
    segment.set(INT, 60, droppedSpaces().size());
    long at = HEADER_BYTES;
    for (LayerDescriptor layer : layers()) {
      encodeLayer(segment, at, layer);
      at += LAYER_BYTES;
    }
    for (var drop : droppedSpaces().entrySet()) {
      segment.set(LONG, at, drop.getKey());
      segment.set(LONG, at + 8, drop.getValue().value());
      at += DROP_BYTES;
    }
    segment.set(INT, at, LayerFormat.crc(bytes, 0, (int) at));
    return bytes;
  }

  /// Decodes what [#encode] made. `name` is for messages.
  ///
  /// @throws Corrupt if any check fails
  public static Manifest decode(byte[] bytes, String name) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    if (bytes.length < HEADER_BYTES + Integer.BYTES) {
      throw new Corrupt(name + ": " + bytes.length + " bytes are no manifest");
    }
    LayerFooter.expect(name, "magic", MAGIC, segment.get(INT, 0));
    int end = bytes.length - Integer.BYTES;
    LayerFooter.expect(name, "checksum", segment.get(INT, end), LayerFormat.crc(bytes, 0, end));
    LayerFooter.expect(name, "version", VERSION, segment.get(INT, 4));
    int layerCount = segment.get(INT, 56);
    int dropCount = segment.get(INT, 60);
    long expected = HEADER_BYTES + (long) layerCount * LAYER_BYTES + (long) dropCount * DROP_BYTES;
    if (layerCount < 0 || dropCount < 0 || expected != end) {
      throw new Corrupt(
          "%s: %d layers and %d drops in %d bytes".formatted(name, layerCount, dropCount, end));
    }
    try {
      return decodeChecked(segment, layerCount, dropCount);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Corrupt(name + ": out of range", e);
    }
  }

  private static Manifest decodeChecked(MemorySegment segment, int layerCount, int dropCount) {
    List<LayerDescriptor> layers = new ArrayList<>(layerCount);
    long at = HEADER_BYTES;
    for (int i = 0; i < layerCount; i++) {
      layers.add(decodeLayer(segment, at));
      at += LAYER_BYTES;
    }
    SortedMap<Integer, Lsn> drops = new TreeMap<>();
    for (int i = 0; i < dropCount; i++) {
      int space = new PageId(Math.toIntExact(segment.get(LONG, at)), 0).spaceId();
      drops.put(space, Lsn.of(segment.get(LONG, at + 8)));
      at += DROP_BYTES;
    }
    return new Manifest(
        segment.get(LONG, 8),
        segment.get(LONG, 16),
        new UUID(segment.get(LONG, 24), segment.get(LONG, 32)),
        Lsn.of(segment.get(LONG, 40)),
        Lsn.of(segment.get(LONG, 48)),
        new Contents(layers, drops));
  }

  private static void encodeLayer(MemorySegment segment, long at, LayerDescriptor layer) {
    segment.set(LONG, at, layer.id().generation());
    segment.set(LONG, at + 8, layer.id().number());
    segment.set(LONG, at + 16, layer.sizeBytes());
    segment.set(INT, at + 24, layer.tailBytes());
    segment.set(LONG, at + 32, layer.entryCount());
    segment.set(LONG, at + 40, layer.bounds().firstPage().packed());
    segment.set(LONG, at + 48, layer.bounds().lastPage().packed());
    segment.set(LONG, at + 56, layer.bounds().startLsn().value());
    segment.set(LONG, at + 64, layer.bounds().endLsn().value());
    segment.set(LONG, at + 72, layer.purgedLsn().value());
  }

  private static LayerDescriptor decodeLayer(MemorySegment segment, long at) {
    return new LayerDescriptor(
        new LayerId(segment.get(LONG, at), segment.get(LONG, at + 8)),
        segment.get(LONG, at + 16),
        segment.get(INT, at + 24),
        segment.get(LONG, at + 32),
        new LayerDescriptor.Bounds(
            PageId.ofPacked(segment.get(LONG, at + 40)),
            PageId.ofPacked(segment.get(LONG, at + 48)),
            Lsn.of(segment.get(LONG, at + 56)),
            Lsn.of(segment.get(LONG, at + 64))),
        Lsn.of(segment.get(LONG, at + 72)));
  }

  @Override
  public String toString() {
    return "manifest %d of generation %d: uploaded %s, gc horizon %s, %d layers, %d dropped spaces"
        .formatted(
            sequence, generation, uploadedLsn, gcHorizon, layers().size(), droppedSpaces().size());
  }
}
