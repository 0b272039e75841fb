package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last scaling decision of every generation, with its reason. Thread-safe.
final class DecisionLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(DecisionLog.class);

    /// @param since when this decision was first taken
    /// @param placed workers that the placement names after it
    /// @param ready workers that took requests when it was taken
    /// @param missing workers for which there was no room
    record Entry(Instant since, ScalingDecision decision, int placed, int ready, int missing) {
        boolean isNewsAfter(Entry before) {
            return decision.desired() != before.decision.desired()
                    || (decision.reason() != before.decision.reason()
                            && decision.reason() != ScalingDecision.Reason.STEADY)
                    || (missing > 0) != (before.missing > 0);
        }
    }

    private final Map<GenerationKey, Entry> entries = new ConcurrentHashMap<>();

    void record(GenerationKey generation, Entry entry) {
        Entry before = entries.get(generation);
        boolean isNews = before == null ? entry.decision().desired() > 0 : entry.isNewsAfter(before);
        boolean isRepeated = before != null && before.decision().equals(entry.decision());
        Instant since = before != null && isRepeated ? before.since() : entry.since();
        entries.put(generation, new Entry(since, entry.decision(), entry.placed(), entry.ready(), entry.missing()));
        if (isNews) {
            LOGGER.atInfo()
                    .addKeyValue("endpoint", generation.endpoint())
                    .addKeyValue("generation", generation.generation())
                    .addKeyValue("desired", entry.decision().desired())
                    .addKeyValue("ready", entry.ready())
                    .addKeyValue("missing", entry.missing())
                    .addKeyValue("reason", entry.decision().reason())
                    .addKeyValue("detail", entry.decision().detail())
                    .log("scaling decided");
        }
    }

    Optional<Entry> last(GenerationKey generation) {
        return Optional.ofNullable(entries.get(generation));
    }

    Map<GenerationKey, Entry> all() {
        return Map.copyOf(entries);
    }

    void forget(EndpointName endpoint) {
        entries.keySet().removeIf(generation -> generation.endpoint().equals(endpoint));
    }

    void forget(GenerationKey generation) {
        entries.remove(generation);
    }
}
