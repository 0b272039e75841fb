package dev.millrace.controller;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides which host runs which worker. Pure but for the ids it is given.
///
/// Placed workers stay where they are; new ones go to the host with the fewest. A worker of a lost host
/// is replaced as soon as another host has room. Only workers that hold nothing are taken away.
final class WorkerPlacer {
    private final WorkerIds workerIds;

    WorkerPlacer(WorkerIds workerIds) {
        this.workerIds = workerIds;
    }

    /// @param missing workers for which no host has room
    record Plan(List<WorkerSpec> workers, int missing) {
        Plan {
            workers = List.copyOf(workers);
        }
    }

    /// @param current what the placement names now
    /// @param granted how many free slots this generation may take
    Plan place(WorkerTemplate template, List<WorkerSpec> current, int desired, Fleet fleet, int granted) {
        var workers = new ArrayList<>(current.stream().map(template::refresh).toList());
        var lost = workers.stream()
                .filter(worker -> !fleet.isAlive(worker.hostId()))
                .toList();
        removeIdle(workers, Math.max(0, workers.size() - desired), fleet);
        int wanted = Math.max(0, desired - workers.size());
        var replaceable = lost.stream().filter(workers::contains).toList();
        List<WorkerSpec> added = add(template, Math.min(granted, wanted + replaceable.size()), fleet);
        int replaced = Math.min(replaceable.size(), Math.max(0, added.size() - wanted));
        workers.removeAll(replaceable.subList(0, replaced));
        workers.addAll(added);
        long running = workers.stream()
                .filter(worker -> fleet.isAlive(worker.hostId()))
                .count();
        return new Plan(workers, (int) Math.max(0, desired - running));
    }

    /// Without the worker that is missed least: an idle one if there is one.
    static List<WorkerSpec> yieldOne(List<WorkerSpec> current, Fleet fleet) {
        var workers = new ArrayList<>(current);
        removeIdle(workers, 1, fleet);
        return workers.size() < current.size() || workers.isEmpty() ? workers : workers.subList(0, workers.size() - 1);
    }

    private List<WorkerSpec> add(WorkerTemplate template, int count, Fleet fleet) {
        var added = new ArrayList<WorkerSpec>();
        Map<String, Integer> used = new HashMap<>();
        while (added.size() < count) {
            Optional<HostReport> host = fleet.hosts().values().stream()
                    .filter(each -> fleet.free(each.hostId()) > used.getOrDefault(each.hostId(), 0))
                    .min(Comparator.<HostReport>comparingInt(each -> rank(template, each))
                            .thenComparingInt(each -> fleet.used(each.hostId()) + used.getOrDefault(each.hostId(), 0))
                            .thenComparing(HostReport::hostId));
            if (host.isEmpty()) {
                break;
            }
            added.add(template.on(host.get(), workerIds.create(template.endpoint(), template.generation())));
            used.merge(host.get().hostId(), 1, Integer::sum);
        }
        return added;
    }

    /// Hosts with a GPU come first for who wants one and last for who does not.
    private static int rank(WorkerTemplate template, HostReport host) {
        return template.isAcceleratorWanted() == host.gpus() > 0 ? 0 : 1;
    }

    private static void removeIdle(List<WorkerSpec> workers, int count, Fleet fleet) {
        record Candidate(WorkerSpec worker, int order, Instant idleSince) {}
        workers.stream()
                .flatMap(worker ->
                        leaving(worker, fleet)
                                .map(order -> new Candidate(worker, order, idleSince(worker, fleet)))
                                .stream())
                .sorted(Comparator.comparingInt(Candidate::order)
                        .thenComparing(Candidate::idleSince)
                        .thenComparing(each -> each.worker().workerId()))
                .limit(count)
                .map(Candidate::worker)
                .toList()
                .forEach(workers::remove);
    }

    /// In which order a worker leaves: lower goes first, empty must stay.
    private static Optional<Integer> leaving(WorkerSpec worker, Fleet fleet) {
        if (!fleet.isAlive(worker.hostId())) {
            return Optional.of(0);
        }
        return switch (fleet.state(worker).orElse(new WorkerState.Starting())) {
            case WorkerState.Unusable _ -> Optional.of(1);
            case WorkerState.Crashed _ -> Optional.of(2);
            case WorkerState.Starting _ -> Optional.of(3);
            case WorkerState.Ready(int inFlight, Instant _, String _) ->
                inFlight == 0 ? Optional.of(4) : Optional.empty();
            case WorkerState.Draining _ -> Optional.of(0);
        };
    }

    private static Instant idleSince(WorkerSpec worker, Fleet fleet) {
        return fleet.state(worker).orElse(new WorkerState.Starting())
                        instanceof WorkerState.Ready(int _, Instant idleSince, String _)
                ? idleSince
                : Instant.EPOCH;
    }
}
