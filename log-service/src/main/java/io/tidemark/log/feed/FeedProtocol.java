package io.tidemark.log.feed;

import io.tidemark.log.transport.NodeMethod;

/// The streams of a redo feed.
final class FeedProtocol {
  /// The client sends one [Subscription] and gets [FeedFrames] until it goes: the first at once,
  /// further ones when there is redo, and empty ones as a sign of life.
  static final NodeMethod FRAMES = new NodeMethod("tidemark.RedoFeed", "Frames");

  /// The client asks with [FeedProgressRequest], each is answered with empty [FeedFrames].
  static final NodeMethod PROGRESS = new NodeMethod("tidemark.RedoFeedProgress", "Progress");

  /// The writer sends [DurableAnnouncement], at least one a second; the feed sends [FeedInterest],
  /// at once and whenever that changes.
  static final NodeMethod ANNOUNCE = new NodeMethod("tidemark.RedoFeedAnnouncement", "Announce");

  private FeedProtocol() {}
}
