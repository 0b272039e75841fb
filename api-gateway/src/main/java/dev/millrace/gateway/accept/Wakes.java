package dev.millrace.gateway.accept;

import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the controller at once that a call arrives for a generation without workers.
///
/// Best effort: the controller also looks at backlogs by itself. A generation is signalled at most every
/// 250 ms.
public final class Wakes implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Wakes.class);
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    private static final int MAX_REMEMBERED = 10_000;

    private final Feed<WakeSignal> wakes;
    private final LongSupplier nanoTime;
    private final Set<String> placed = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<GenerationId, Long> lastSignal = new ConcurrentHashMap<>();
    private final Feed.Subscription placements;

    public Wakes(Feed<WakeSignal> wakes, Feed<Placement> placements, LongSupplier nanoTime) {
        this.wakes = wakes;
        this.nanoTime = nanoTime;
        this.placements = placements.follow(new Feed.Start.Beginning(), this::onPlacement);
    }

    /// Signals when no placement gives the generation a worker; does not block.
    public void wakeIfAsleep(ServingEndpoint endpoint) {
        if (placed.contains(endpoint.name() + "/" + endpoint.generationId()) || !isDue(endpoint.generationId())) {
            return;
        }
        wakes.publish(endpoint.name().value(), new WakeSignal(endpoint.name(), endpoint.generationId()))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOGGER.atDebug()
                                .addKeyValue("endpoint", endpoint.name())
                                .addKeyValue("error", failure.getMessage())
                                .log("wake signal not sent");
                    }
                });
    }

    /// @throws PlatformException `SERVICE_UNAVAILABLE` when placements are no longer followed
    public void check() {
        placements.check();
    }

    @Override
    public void close() {
        placements.close();
    }

    private void onPlacement(String key, @Nullable Placement placement) {
        if (placement == null || placement.workers().isEmpty()) {
            placed.remove(key);
        } else {
            placed.add(key);
        }
    }

    private boolean isDue(GenerationId generation) {
        long now = nanoTime.getAsLong();
        if (lastSignal.size() > MAX_REMEMBERED) {
            lastSignal.clear();
        }
        Long last = lastSignal.get(generation);
        if (last != null && now - last < PAUSE_NANOS) {
            return false;
        }
        return last == null
                ? lastSignal.putIfAbsent(generation, now) == null
                : lastSignal.replace(generation, last, now);
    }
}
