package io.tidemark.pageserver.compact;

/// When runs are merged and images written.
///
/// `minRuns`: a merge takes at least so many runs, if their sizes are alike. `maxRuns`: above it
/// the newest are merged whatever their sizes. `layerBytes`: a new layer is closed at the next page
/// when its file is that big. `imageBytes` and `imageChanges`: a page gets an image when this much
/// lies behind its last base.
public record CompactionLimits(
    int minRuns, int maxRuns, long layerBytes, int imageBytes, int imageChanges) {
  public static final CompactionLimits DEFAULT =
      new CompactionLimits(6, 14, 32L << 20, 64 << 10, 1000);

  public CompactionLimits {
    if (minRuns < 2
        || maxRuns < minRuns
        || layerBytes <= 0
        || imageBytes <= 0
        || imageChanges <= 0) {
      throw new IllegalArgumentException(
          "compaction limits: runs %d..%d, layer %d, image %d bytes, %d changes"
              .formatted(minRuns, maxRuns, layerBytes, imageBytes, imageChanges));
    }
  }
}
