package io.tidemark.storage.object;

import io.tidemark.storage.error.RetryLater;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// An object store whose calls fail as a plan says, before or after they took effect. Safe for any
/// number of threads.
public final class FaultyObjectStore implements ObjectStore {
  private final ObjectStore store;
  private final Faults faults;

  /// Decides for each call in turn.
  public interface Faults {
    /// The call does nothing and fails.
    boolean failBefore();

    /// The call takes effect and fails.
    boolean failAfter();
  }

  public FaultyObjectStore(ObjectStore store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  /// Everything from call number `calls` on fails; that call itself takes effect if
  /// `lastTakesEffect`. `crashed` is set then.
  public static Faults crashAt(long calls, boolean lastTakesEffect, AtomicBoolean crashed) {
    AtomicLong left = new AtomicLong(calls);
    return new Faults() {
      @Override
      public boolean failBefore() {
        long now = left.decrementAndGet();
        if (now <= 0) {
          crashed.set(true);
        }
        return now < 0 || (now == 0 && !lastTakesEffect);
      }

      @Override
      public boolean failAfter() {
        return left.get() <= 0;
      }
    };
  }

  /// Calls fail before they took effect while `broken` says so.
  public static Faults failWhile(BooleanSupplier broken) {
    return new Faults() {
      @Override
      public boolean failBefore() {
        return broken.getAsBoolean();
      }

      @Override
      public boolean failAfter() {
        return false;
      }
    };
  }

  private <T> T run(Supplier<T> call) {
    if (faults.failBefore()) {
      throw new RetryLater("injected fault before the call");
    }
    T result = call.get();
    if (faults.failAfter()) {
      throw new RetryLater("injected fault after the call");
    }
    return result;
  }

  private void runVoid(Runnable call) {
    run(() -> {
      call.run();
      return true;
    });
  }

  @Override
  public void put(String key, byte[] content) {
    runVoid(() -> store.put(key, content));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    return run(() -> store.putIfAbsent(key, content));
  }

  @Override
  public Optional<byte[]> get(String key) {
    return run(() -> store.get(key));
  }

  @Override
  public Optional<byte[]> get(String key, long offset, int length) {
    return run(() -> store.get(key, offset, length));
  }

  @Override
  public List<ObjectSummary> list(String prefix) {
    return run(() -> store.list(prefix));
  }

  @Override
  public void delete(String key) {
    runVoid(() -> store.delete(key));
  }

  @Override
  public ObjectUpload startUpload(String key) {
    ObjectUpload upload = run(() -> store.startUpload(key));
    return new ObjectUpload() {
      @Override
      public void append(byte[] bytes, int offset, int length) {
        runVoid(() -> upload.append(bytes, offset, length));
      }

      @Override
      public void complete() {
        runVoid(upload::complete);
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public void close() {
    store.close();
  }
}
