package dev.millrace.controller;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.WorkerUsage;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The worker hosts that are alive, and how much of each is taken. Immutable.
///
/// A slot is taken by a worker that a placement names and by one that still runs, such as a draining one.
///
/// @param hosts last report by host id
/// @param taken worker ids by host id
record Fleet(Map<String, HostReport> hosts, Map<String, Set<String>> taken) {
    Fleet {
        hosts = Map.copyOf(hosts);
        taken = Map.copyOf(taken);
    }

    static Fleet of(Collection<HostReport> alive, Collection<Placement> placements) {
        var hosts = new HashMap<String, HostReport>();
        var taken = new HashMap<String, Set<String>>();
        for (HostReport report : alive) {
            hosts.put(report.hostId(), report);
            taken.put(report.hostId(), new HashSet<>(report.workers().keySet()));
        }
        for (Placement placement : placements) {
            for (WorkerSpec worker : placement.workers()) {
                Set<String> there = taken.get(worker.hostId());
                if (there != null) {
                    there.add(worker.workerId());
                }
            }
        }
        return new Fleet(hosts, taken);
    }

    boolean isAlive(String hostId) {
        return hosts.containsKey(hostId);
    }

    /// Slots that are neither promised nor in use.
    int free() {
        return hosts.keySet().stream().mapToInt(this::free).sum();
    }

    int free(String hostId) {
        HostReport host = hosts.get(hostId);
        return host == null
                ? 0
                : Math.max(
                        0,
                        host.maxWorkers() - taken.getOrDefault(hostId, Set.of()).size());
    }

    int used(String hostId) {
        return taken.getOrDefault(hostId, Set.of()).size();
    }

    /// Workers of the generation that a placement names or a host runs.
    Set<String> running(GenerationKey generation) {
        return taken.values().stream()
                .flatMap(Set::stream)
                .filter(worker -> WorkerIds.generationOf(worker)
                        .filter(generation::equals)
                        .isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// What the worker's host last said of it.
    Optional<WorkerState> state(WorkerSpec worker) {
        return Optional.ofNullable(hosts.get(worker.hostId()))
                .map(host -> host.workers().get(worker.workerId()));
    }

    /// What the worker took of its host's machine when last measured.
    Optional<WorkerUsage> usage(WorkerSpec worker) {
        return Optional.ofNullable(hosts.get(worker.hostId()))
                .map(host -> host.usage().get(worker.workerId()));
    }
}
