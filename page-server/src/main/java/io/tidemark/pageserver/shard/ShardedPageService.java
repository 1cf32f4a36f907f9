package io.tidemark.pageserver.shard;

import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.ShardMapping;
import io.tidemark.storage.error.RetryLater;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/// Routes each page to the service of its shard. A batch goes to all its shards at a time, each on
/// a virtual thread, the last on the caller's; progress is that of the slowest. The services remain
/// the owner's; closing this ends the threads only. Safe for any number of threads.
public final class ShardedPageService implements PageService, AutoCloseable {
  private final ShardMapping mapping;
  private final List<PageService> shards;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// `shards`: the service of each shard, by its index.
  public ShardedPageService(ShardMapping mapping, List<? extends PageService> shards) {
    if (shards.size() != mapping.shards()) {
      throw new IllegalArgumentException(mapping + ": " + shards.size() + " services");
    }
    this.mapping = mapping;
    this.shards = List.copyOf(shards);
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return shards.get(mapping.shardOf(request.page())).getPage(request, target);
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    if (requests.size() != targets.size()) {
      throw new IllegalArgumentException(
          requests.size() + " page requests, " + targets.size() + " targets");
    }
    boolean[] found = new boolean[requests.size()];
    List<Runnable> tasks = new ArrayList<>();
    List<List<Integer>> parts = split(requests);
    for (int shard = 0; shard < parts.size(); shard++) {
      List<Integer> part = parts.get(shard);
      if (!part.isEmpty()) {
        PageService service = shards.get(shard);
        tasks.add(() -> {
          boolean[] answer =
              service.getPages(
                  part.stream().map(requests::get).toList(),
                  part.stream().map(targets::get).toList());
          for (int i = 0; i < answer.length; i++) {
            found[part.get(i)] = answer[i];
          }
        });
      }
    }
    runAll(tasks);
    return found;
  }

  @Override
  public void prefetch(List<PageRequest> requests) {
    List<List<Integer>> parts = split(requests);
    for (int shard = 0; shard < parts.size(); shard++) {
      if (!parts.get(shard).isEmpty()) {
        shards.get(shard).prefetch(parts.get(shard).stream().map(requests::get).toList());
      }
    }
  }

  @Override
  public Lsn ingestedLsn() {
    return lowest(PageService::ingestedLsn);
  }

  @Override
  public Lsn uploadedLsn() {
    return lowest(PageService::uploadedLsn);
  }

  /// The shard that has uploaded least, or cannot tell.
  @Override
  public String laggard() {
    int slowest = 0;
    Lsn lowest = Lsn.of(Long.MAX_VALUE);
    for (int shard = 0; shard < shards.size() && lowest.isAfter(Lsn.ZERO); shard++) {
      Lsn uploaded = uploadedBy(shard);
      if (uploaded.isBefore(lowest)) {
        lowest = uploaded;
        slowest = shard;
      }
    }
    return "shard " + slowest + ", " + shards.get(slowest).laggard();
  }

  private Lsn uploadedBy(int shard) {
    try {
      return shards.get(shard).uploadedLsn();
    } catch (RetryLater e) {
      return Lsn.ZERO;
    }
  }

  @Override
  public boolean isFull() {
    return shards.stream().anyMatch(PageService::isFull);
  }

  @Override
  public void advanceGcHorizon(Lsn lsn) {
    shards.forEach(shard -> shard.advanceGcHorizon(lsn));
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    runAll(shards.stream().<Runnable>map(shard -> () -> shard.awaitIngested(lsn)).toList());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Lsn lowest(Function<PageService, Lsn> progress) {
    Lsn lowest = progress.apply(shards.getFirst());
    for (PageService shard : shards.subList(1, shards.size())) {
      Lsn lsn = progress.apply(shard);
      lowest = lsn.isBefore(lowest) ? lsn : lowest;
    }
    return lowest;
  }

  /// The indexes of the requests of each shard.
  private List<List<Integer>> split(List<PageRequest> requests) {
    List<List<Integer>> parts = new ArrayList<>(shards.size());
    shards.forEach(shard -> parts.add(new ArrayList<>()));
    for (int i = 0; i < requests.size(); i++) {
      parts.get(mapping.shardOf(requests.get(i).page())).add(i);
    }
    return parts;
  }

  /// Runs all tasks to their end, whatever happens to one of them: afterwards nobody writes into a
  /// target. Throws the first failure.
  private void runAll(List<Runnable> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    List<Future<?>> others = new ArrayList<>(tasks.size() - 1);
    List<RuntimeException> failures = new ArrayList<>();
    try {
      for (Runnable task : tasks.subList(0, tasks.size() - 1)) {
        others.add(threads.submit(task));
      }
      tasks.getLast().run();
    } catch (RejectedExecutionException e) {
      failures.add(new RetryLater("sharded page service is closed", e));
    } catch (RuntimeException e) {
      failures.add(e);
    }
    for (Future<?> other : others) {
      join(other, failures);
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      throw first;
    }
  }

  /// Services have deadlines: an interrupt of the caller is kept for afterwards.
  private static void join(Future<?> task, List<RuntimeException> failures) {
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        failures.add(
            e.getCause() instanceof RuntimeException failure
                ? failure
                : new IllegalStateException(e.getCause()));
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
