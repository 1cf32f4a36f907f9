package io.tidemark.storage.object.s3;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// What goes wrong with one request of a [FakeS3].
public sealed interface FakeS3Fault {
  /// The request has no effect and is answered with an error.
  record Refuse(int status, String code) implements FakeS3Fault {}

  /// The connection is reset before the request has an effect.
  record ResetBefore() implements FakeS3Fault {}

  /// The request takes effect, its answer is lost in a reset.
  record LoseAnswer() implements FakeS3Fault {}

  /// The request takes effect, then the answer says 500.
  record FailAfter() implements FakeS3Fault {}

  /// Half of the answer's body comes, then the connection ends.
  record Truncate() implements FakeS3Fault {}

  /// One bit of the answer's body is wrong.
  record Damage() implements FakeS3Fault {}

  /// Half of the answer's body comes, the rest never: the connection stays open.
  record Stall() implements FakeS3Fault {}

  /// What a request does on the store.
  enum Operation {
    PUT_OBJECT,
    GET_OBJECT,
    HEAD_OBJECT,
    DELETE_OBJECT,
    LIST_OBJECTS,
    CREATE_UPLOAD,
    UPLOAD_PART,
    COMPLETE_UPLOAD,
    ABORT_UPLOAD
  }

  /// Which requests suffer. Called once for each, by any number of threads.
  interface Plan {
    /// `name` is the object's, or the prefix of a listing.
    Optional<FakeS3Fault> next(Operation operation, String name);

    /// Nothing goes wrong.
    static Plan none() {
      return (operation, name) -> Optional.empty();
    }

    /// The next requests of one kind suffer `faults` in this order.
    static Plan of(Operation on, FakeS3Fault... faults) {
      AtomicInteger next = new AtomicInteger();
      return (operation, name) -> {
        int at = operation == on ? next.getAndIncrement() : faults.length;
        return at < faults.length ? Optional.of(faults[at]) : Optional.empty();
      };
    }

    /// Every request of one kind suffers.
    static Plan always(Operation on, FakeS3Fault fault) {
      return (operation, name) -> operation == on ? Optional.of(fault) : Optional.empty();
    }

    /// Any request suffers one of `faults` with this probability.
    static Plan random(long seed, double probability, List<FakeS3Fault> faults) {
      Random random = new Random(seed);
      return (operation, name) -> {
        synchronized (random) {
          return random.nextDouble() < probability
              ? Optional.of(faults.get(random.nextInt(faults.size())))
              : Optional.empty();
        }
      };
    }
  }
}
