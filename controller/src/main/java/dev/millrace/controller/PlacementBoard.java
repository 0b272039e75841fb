package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.Feed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The latest placement of every generation, and the only place that publishes them. Thread-safe.
///
/// A placement counts from the moment it is sent; until its echo comes, what others wrote before it is
/// only noted. One lock guards reading the fleet and promising its slots, so that two endpoints are
/// never given the same slot.
final class PlacementBoard implements Feed.Listener<Placement> {
    private final Feed<Placement> feed;
    private final HostBoard hosts;
    private final WorkerPlacer placer;
    private final Consumer<EndpointName> onTrouble;
    /// What counts.
    private final Map<String, Placement> placements = new HashMap<>();
    /// What the feed said last.
    private final Map<String, Placement> written = new HashMap<>();
    private final Map<String, Deque<Sent>> echoes = new HashMap<>();
    /// Generations that lack workers, longest first; true for those that have none at all.
    private final Map<GenerationKey, Boolean> waiting = new LinkedHashMap<>();

    private record Sent(@Nullable Placement placement) {}

    /// @param onTrouble told when a placement could not be sent; must not block
    PlacementBoard(Feed<Placement> feed, HostBoard hosts, WorkerPlacer placer, Consumer<EndpointName> onTrouble) {
        this.feed = feed;
        this.hosts = hosts;
        this.placer = placer;
        this.onTrouble = onTrouble;
    }

    @Override
    public synchronized void onDocument(String key, @Nullable Placement placement) {
        keep(written, key, placement);
        Deque<Sent> expected = echoes.get(key);
        if (expected == null) {
            keep(placements, key, placement);
        } else if (Objects.equals(expected.element().placement(), placement)) {
            expected.remove();
            if (expected.isEmpty()) {
                echoes.remove(key);
            }
        }
    }

    synchronized List<WorkerSpec> workers(GenerationKey generation) {
        Placement placement = placements.get(generation.toString());
        return placement == null ? List.of() : placement.workers();
    }

    /// The generations of the endpoint that have a placement.
    synchronized Set<GenerationKey> placed(EndpointName endpoint) {
        return placements.values().stream()
                .filter(placement -> placement.endpoint().equals(endpoint))
                .map(GenerationKey::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The endpoints that have a placement.
    synchronized Set<EndpointName> endpoints() {
        return placements.values().stream().map(Placement::endpoint).collect(Collectors.toUnmodifiableSet());
    }

    synchronized Fleet fleet() {
        return Fleet.of(hosts.alive(), placements.values());
    }

    /// Whether a generation with no worker waits for room that other generations take.
    synchronized boolean isContended(GenerationKey asking) {
        return waiting.entrySet().stream()
                .anyMatch(entry -> entry.getValue() && !entry.getKey().equals(asking));
    }

    /// Brings the placement to the desired count as far as there is room, and sends it if that changes it.
    synchronized WorkerPlacer.Plan place(GenerationKey generation, WorkerTemplate template, int desired) {
        Fleet fleet = fleet();
        List<WorkerSpec> current = workers(generation);
        WorkerPlacer.Plan plan = placer.place(template, current, desired, fleet, granted(generation, current, fleet));
        if (plan.missing() > 0) {
            boolean hasNone = plan.missing() >= desired;
            waiting.merge(generation, hasNone, (_, _) -> hasNone);
        } else {
            waiting.remove(generation);
        }
        send(generation, plan.workers());
        return plan;
    }

    /// Takes one worker from a generation, so that another finds room, unless one is leaving already.
    /// The worker finishes what it holds.
    synchronized void yieldOne(GenerationKey generation) {
        Fleet fleet = fleet();
        List<WorkerSpec> placed = workers(generation);
        if (fleet.running(generation).size() <= placed.size()) {
            send(generation, WorkerPlacer.yieldOne(placed, fleet));
        }
    }

    /// Takes the named workers out of the placement.
    synchronized void dismiss(GenerationKey generation, Set<String> workerIds) {
        send(
                generation,
                workers(generation).stream()
                        .filter(worker -> !workerIds.contains(worker.workerId()))
                        .toList());
    }

    /// Takes every worker out of the placement; they finish what they hold.
    synchronized void dismissAll(GenerationKey generation) {
        waiting.remove(generation);
        send(generation, List.of());
    }

    /// Takes the placement out of the feed.
    synchronized void remove(GenerationKey generation) {
        waiting.remove(generation);
        if (placements.containsKey(generation.toString())) {
            publish(generation, null);
        }
    }

    /// The endpoints that lack workers.
    synchronized Set<EndpointName> waitingEndpoints() {
        return waiting.keySet().stream().map(GenerationKey::endpoint).collect(Collectors.toUnmodifiableSet());
    }

    /// No longer this controller's business.
    synchronized void forgetWaiting(EndpointName endpoint) {
        waiting.keySet().removeIf(generation -> generation.endpoint().equals(endpoint));
    }

    /// Free slots less those that older waiters without any worker shall have.
    private int granted(GenerationKey generation, List<WorkerSpec> current, Fleet fleet) {
        int ahead = 0;
        for (Map.Entry<GenerationKey, Boolean> waiter : waiting.entrySet()) {
            if (waiter.getKey().equals(generation)) {
                if (current.isEmpty()) {
                    break;
                }
            } else if (waiter.getValue()) {
                ahead++;
            }
        }
        return Math.max(0, fleet.free() - ahead);
    }

    private void send(GenerationKey generation, List<WorkerSpec> workers) {
        Placement next = new Placement(generation.endpoint(), generation.generation(), workers);
        Placement now = placements.get(generation.toString());
        if (!next.equals(now) && !(now == null && workers.isEmpty())) {
            publish(generation, next);
        }
    }

    private void publish(GenerationKey generation, @Nullable Placement next) {
        String key = generation.toString();
        var sent = new Sent(next);
        keep(placements, key, next);
        echoes.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(sent);
        try {
            var _ = feed.publish(key, next).whenComplete((_, failure) -> {
                if (failure != null) {
                    withdraw(generation, sent);
                }
            });
        } catch (PlatformException _) {
            withdraw(generation, sent);
        }
    }

    /// The broker did not confirm. The document may arrive all the same, and is then taken as news.
    private void withdraw(GenerationKey generation, Sent sent) {
        String key = generation.toString();
        synchronized (this) {
            Deque<Sent> expected = echoes.get(key);
            if (expected == null || !expected.remove(sent)) {
                return;
            }
            if (expected.isEmpty()) {
                echoes.remove(key);
                keep(placements, key, written.get(key));
            }
        }
        onTrouble.accept(generation.endpoint());
    }

    private static void keep(Map<String, Placement> where, String key, @Nullable Placement placement) {
        if (placement == null) {
            where.remove(key);
        } else {
            where.put(key, placement);
        }
    }
}
