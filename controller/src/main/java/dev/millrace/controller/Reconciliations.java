package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the reconciliation of marked endpoints, one at a time for each endpoint and at most 16 together.
///
/// An endpoint marked while it runs runs once more. One that failed waits for its backoff and for the
/// next mark, which the look at backlogs gives every second.
final class Reconciliations implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Reconciliations.class);
    private static final int TOGETHER = 16;
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(3);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));

    private record Failure(int count, Instant notBefore) {}

    private final Consumer<EndpointName> reconcile;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("reconcile"));
    private final Semaphore places = new Semaphore(TOGETHER);
    private final Set<EndpointName> running = new HashSet<>();
    private final Set<EndpointName> again = new HashSet<>();
    private final Map<EndpointName, Failure> failures = new HashMap<>();
    private boolean isClosed;

    Reconciliations(Consumer<EndpointName> reconcile, InstantSource clock, RandomGenerator random) {
        this.reconcile = reconcile;
        this.clock = clock;
        this.random = random;
    }

    /// Asks for a look at the endpoint, unless it waits for its backoff; never blocks.
    synchronized void mark(EndpointName endpoint) {
        Failure failure = failures.get(endpoint);
        if (failure == null || !failure.notBefore().isAfter(clock.instant())) {
            markNow(endpoint);
        }
    }

    /// As [#mark] without regard to a backoff: a call waits.
    synchronized void markNow(EndpointName endpoint) {
        if (isClosed) {
            return;
        }
        if (running.contains(endpoint)) {
            again.add(endpoint);
            return;
        }
        running.add(endpoint);
        var _ = threads.submit(() -> run(endpoint));
    }

    /// How many endpoints could not be reconciled at the last try.
    synchronized int failing() {
        return failures.size();
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            again.clear();
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LEAVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void run(EndpointName endpoint) {
        try {
            places.acquire();
            try {
                reconcile.accept(endpoint);
                succeeded(endpoint);
            } finally {
                places.release();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failed(endpoint, e);
        } finally {
            finished(endpoint);
        }
    }

    private synchronized void succeeded(EndpointName endpoint) {
        failures.remove(endpoint);
    }

    private void failed(EndpointName endpoint, RuntimeException failure) {
        int count = note(endpoint);
        (count == 1 ? LOGGER.atWarn() : LOGGER.atDebug())
                .addKeyValue("endpoint", endpoint)
                .addKeyValue("attempt", count)
                .addKeyValue("error", failure.getMessage())
                .setCause(failure instanceof PlatformException ? null : failure)
                .log("endpoint could not be reconciled, tried again");
    }

    private synchronized int note(EndpointName endpoint) {
        Failure before = failures.get(endpoint);
        int count = before == null ? 1 : before.count() + 1;
        failures.put(endpoint, new Failure(count, clock.instant().plus(BACKOFF.after(count, random))));
        return count;
    }

    private synchronized void finished(EndpointName endpoint) {
        running.remove(endpoint);
        if (again.remove(endpoint)) {
            mark(endpoint);
        }
    }
}
