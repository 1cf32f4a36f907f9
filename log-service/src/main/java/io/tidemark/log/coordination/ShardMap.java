package io.tidemark.log.coordination;

import io.tidemark.storage.error.Corrupt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which node serves which shard of the pages. Immutable.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKM`, 1 |
/// | stripe pages | u32 | consecutive pages that stay in one shard |
/// | shards | u32 count, then for each: owner text, generation u64 | in order of shard number |
/// | checksum | u32 | CRC-32C of everything before |
///
/// @param stripePages fixed for the life of a timeline, as is the number of shards
public record ShardMap(int stripePages, List<Assignment> assignments) {
  private static final int MAGIC = 0x4D4B4D54;
  private static final int FORMAT = 1;
  private static final int MAX_SHARDS = 4096;

  /// Who serves a shard.
  ///
  /// @param owner name of a node; empty if none does
  /// @param generation of the owner's reign over the shard: raised by each assignment
  public record Assignment(String owner, long generation) {
    static final Assignment NONE = new Assignment("", 0);

    public Assignment {
      if (generation < 0) {
        throw new IllegalArgumentException("generation out of range: " + generation);
      }
    }
  }

  public ShardMap {
    if (stripePages < 1 || assignments.isEmpty() || assignments.size() > MAX_SHARDS) {
      throw new IllegalArgumentException(
          "shard map: %d shards, stripes of %d pages".formatted(assignments.size(), stripePages));
    }
    assignments = List.copyOf(assignments);
  }

  /// A map of shards that nobody serves yet.
  public static ShardMap of(int shards, int stripePages) {
    return new ShardMap(stripePages, Collections.nCopies(shards, Assignment.NONE));
  }

  public int shards() {
    return assignments.size();
  }

  /// The map with a new owner of one shard, in a new generation.
  public ShardMap assign(int shard, String owner) {
    List<Assignment> changed = new ArrayList<>(assignments);
    long generation = Math.addExact(assignments.get(shard).generation(), 1);
    changed.set(shard, new Assignment(owner, generation));
    return new ShardMap(stripePages, changed);
  }

  public byte[] encode() {
    ValueWriter writer = new ValueWriter(MAGIC, FORMAT).writeInt(stripePages);
    writer.writeInt(assignments.size());
    for (Assignment assignment : assignments) {
      writer.writeText(assignment.owner()).writeLong(assignment.generation());
    }
    return writer.finish();
  }

  public static ShardMap decode(byte[] value) {
    ValueReader reader = new ValueReader("shard map", value, MAGIC, FORMAT);
    try {
      int stripePages = reader.readInt();
      List<Assignment> assignments = new ArrayList<>();
      for (int left = reader.readCount(MAX_SHARDS); left > 0; left--) {
        assignments.add(new Assignment(reader.readText(), reader.readLong()));
      }
      reader.finish();
      return new ShardMap(stripePages, assignments);
    } catch (IllegalArgumentException e) {
      throw new Corrupt("shard map: " + e.getMessage(), e);
    }
  }
}
