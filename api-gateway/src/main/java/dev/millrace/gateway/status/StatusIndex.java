package dev.millrace.gateway.status;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The youngest invocations by id and by inference id, a count of the unfinished ones, and whoever waits for
/// one.
///
/// Bounded: when it is full the oldest call goes, in whatever order a replay of several partitions brings them, and
/// only the count remembers that it was unfinished. Applying an event twice changes nothing. Thread-safe; waiting
/// callers are told outside the lock.
public final class StatusIndex {
    private record InferenceKey(EndpointName endpoint, InferenceId id) {}

    private final int capacity;
    private final Object lock = new Object();
    private final NavigableMap<InvocationId, InvocationStatus> entries = new TreeMap<>();
    private final Map<InferenceKey, NavigableSet<InvocationId>> byInference = new HashMap<>();
    private final Map<EndpointName, Integer> unfinished = new HashMap<>();
    private final Map<EndpointName, Integer> evictedUnfinished = new HashMap<>();
    private final Map<InvocationId, Set<Waiter>> waiting = new HashMap<>();
    private @Nullable InvocationId youngestDropped;

    /// @param capacity entries kept, about 1 KB each
    public StatusIndex(int capacity) {
        this.capacity = capacity;
    }

    public void onEvent(InvocationEvent event) {
        Set<Waiter> told;
        InvocationStatus after;
        synchronized (lock) {
            InvocationId id = event.invocationId();
            InvocationStatus before = entries.get(id);
            after = (before == null ? InvocationStatus.unknown(id) : before).with(event);
            if (after.equals(before)) {
                return;
            }
            entries.put(id, after);
            indexInferenceId(before, after);
            count(before, after);
            dropOldest();
            told = after.isTerminal() ? waiting.remove(id) : null;
        }
        if (told != null) {
            told.forEach(waiter -> waiter.status.complete(after));
        }
    }

    public Optional<InvocationStatus> find(EndpointName endpoint, InvocationId id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).filter(status -> status.isOf(endpoint));
        }
    }

    /// The calls that carried the inference id, the latest first.
    public List<InvocationId> find(EndpointName endpoint, InferenceId id) {
        synchronized (lock) {
            NavigableSet<InvocationId> ids = byInference.get(new InferenceKey(endpoint, id));
            return ids == null ? List.of() : List.copyOf(ids.descendingSet());
        }
    }

    /// How many accepted calls of the endpoint have not ended yet.
    public int unfinished(EndpointName endpoint) {
        synchronized (lock) {
            return unfinished.getOrDefault(endpoint, 0);
        }
    }

    public int size() {
        synchronized (lock) {
            return entries.size();
        }
    }

    /// Whether a call as old as this one was dropped: then the events still know it, if anyone does.
    public boolean mayHaveDropped(InvocationId id) {
        synchronized (lock) {
            return youngestDropped != null && id.compareTo(youngestDropped) <= 0;
        }
    }

    /// Completes when the invocation ends, at once if it has; whoever stops waiting cancels it.
    public CompletableFuture<InvocationStatus> whenTerminal(InvocationId id) {
        var waiter = new Waiter();
        synchronized (lock) {
            InvocationStatus status = entries.get(id);
            if (status != null && status.isTerminal()) {
                return CompletableFuture.completedFuture(status);
            }
            waiting.computeIfAbsent(id, _ -> new HashSet<>(2)).add(waiter);
        }
        var _ = waiter.status.whenComplete((_, _) -> forget(id, waiter));
        return waiter.status;
    }

    private void forget(InvocationId id, Waiter waiter) {
        synchronized (lock) {
            Set<Waiter> waiters = waiting.get(id);
            if (waiters != null && waiters.remove(waiter) && waiters.isEmpty()) {
                waiting.remove(id);
            }
        }
    }

    private void dropOldest() {
        while (entries.size() > capacity) {
            InvocationStatus oldest = entries.pollFirstEntry().getValue();
            if (youngestDropped == null || oldest.id().compareTo(youngestDropped) > 0) {
                youngestDropped = oldest.id();
            }
            InvocationSummary summary = oldest.summary();
            if (summary == null) {
                continue;
            }
            if (isUnfinished(oldest)) {
                evictedUnfinished.merge(summary.endpoint(), 1, Integer::sum);
            }
            keyOf(oldest).ifPresent(key -> {
                NavigableSet<InvocationId> ids = byInference.get(key);
                if (ids != null && ids.remove(oldest.id()) && ids.isEmpty()) {
                    byInference.remove(key);
                }
            });
        }
    }

    private void indexInferenceId(@Nullable InvocationStatus before, InvocationStatus after) {
        if (before == null || before.summary() == null) {
            keyOf(after)
                    .ifPresent(key -> byInference
                            .computeIfAbsent(key, _ -> new TreeSet<>())
                            .add(after.id()));
        }
    }

    private void count(@Nullable InvocationStatus before, InvocationStatus after) {
        InvocationSummary summary = after.summary();
        if (summary == null) {
            return;
        }
        EndpointName endpoint = summary.endpoint();
        boolean wasUnfinished = before != null && isUnfinished(before);
        if (isUnfinished(after) && !wasUnfinished) {
            unfinished.merge(endpoint, 1, Integer::sum);
        } else if (after.isTerminal() && (wasUnfinished || (before == null && takeOne(evictedUnfinished, endpoint)))) {
            takeOne(unfinished, endpoint);
        }
    }

    /// @return whether there was one to take
    private static boolean takeOne(Map<EndpointName, Integer> counts, EndpointName endpoint) {
        Integer count = counts.get(endpoint);
        if (count == null) {
            return false;
        }
        if (count == 1) {
            counts.remove(endpoint);
        } else {
            counts.put(endpoint, count - 1);
        }
        return true;
    }

    private static boolean isUnfinished(InvocationStatus status) {
        return status.isAccepted() && !status.isTerminal();
    }

    private static Optional<InferenceKey> keyOf(InvocationStatus status) {
        InvocationSummary summary = status.summary();
        return summary == null
                        || summary.inferenceId().value().equals(status.id().toString())
                ? Optional.empty()
                : Optional.of(new InferenceKey(summary.endpoint(), summary.inferenceId()));
    }

    /// One caller that waits; two are never equal.
    private static final class Waiter {
        private final CompletableFuture<InvocationStatus> status = new CompletableFuture<>();
    }
}
