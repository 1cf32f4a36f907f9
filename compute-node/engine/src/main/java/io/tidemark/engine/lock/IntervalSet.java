package io.tidemark.engine.lock;

import java.util.Map;
import java.util.TreeMap;

/// Disjoint intervals of the key space; those that touch are merged. Guarded by its tree's monitor.
final class IntervalSet {
  private final TreeMap<KeyBound, KeyBound> highByLow = new TreeMap<>();

  void add(KeyBound low, KeyBound high) {
    if (low.compareTo(high) >= 0) {
      return;
    }
    KeyBound from = low;
    KeyBound to = high;
    Map.Entry<KeyBound, KeyBound> left = highByLow.floorEntry(low);
    if (left != null && left.getValue().compareTo(low) >= 0) {
      if (left.getValue().compareTo(high) >= 0) {
        return;
      }
      from = left.getKey();
    }
    Map.Entry<KeyBound, KeyBound> right = highByLow.higherEntry(from);
    while (right != null && right.getKey().compareTo(to) <= 0) {
      if (right.getValue().compareTo(to) > 0) {
        to = right.getValue();
      }
      highByLow.remove(right.getKey());
      right = highByLow.higherEntry(from);
    }
    highByLow.put(from, to);
  }

  boolean covers(byte[] key) {
    if (highByLow.isEmpty()) {
      return false;
    }
    Map.Entry<KeyBound, KeyBound> left = highByLow.floorEntry(KeyBound.before(key));
    return left != null && left.getValue().compareTo(KeyBound.behind(key)) >= 0;
  }

  int size() {
    return highByLow.size();
  }
}
