package dev.millrace.gateway.limit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/// Runs work under one key one after the other, without holding a thread while it waits.
///
/// @param <K> the key
public final class KeyedOrder<K> {
    private final ConcurrentMap<K, CompletableFuture<Boolean>> last = new ConcurrentHashMap<>();

    /// The work begins when all earlier work under the key has ended, well or not.
    public <T> CompletionStage<T> run(K key, Supplier<CompletionStage<T>> work) {
        var mine = new CompletableFuture<Boolean>();
        CompletableFuture<Boolean> before = last.put(key, mine);
        CompletionStage<T> stage = before == null ? work.get() : before.thenCompose(_ -> work.get());
        return stage.whenComplete((_, _) -> {
            last.remove(key, mine);
            mine.complete(true);
        });
    }
}
