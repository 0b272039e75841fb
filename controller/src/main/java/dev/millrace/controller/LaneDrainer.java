package dev.millrace.controller;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the requests that wait on some lanes, because no worker will: all of them, or each at its TTL.
///
/// It consumes the lanes as a worker would, so that a request is ended either by a worker that holds it
/// or here, never by both. Runs until closed.
final class LaneDrainer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneDrainer.class);
    private static final int HELD = 32;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private final RequestFailures failures;
    private final ErrorCode code;
    private final String message;
    private final Function<InferenceRequest, Instant> dueAt;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("lane-drainer"));
    private final List<RequestConsumer> consumers = new ArrayList<>();

    private LaneDrainer(Parts parts, ErrorCode code, String message, Function<InferenceRequest, Instant> dueAt) {
        this.failures = parts.failures();
        this.random = parts.random();
        this.code = code;
        this.message = message;
        this.dueAt = dueAt;
        this.clock = parts.clock();
    }

    /// Begins to end every request; holds at most 32 of each lane at once.
    ///
    /// @param code what the requests fail with
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when a lane cannot be opened; nothing is left open then
    static LaneDrainer start(Parts parts, Collection<LaneId> lanes, ErrorCode code, String message) {
        return new LaneDrainer(parts, code, message, _ -> Instant.EPOCH).open(parts, lanes);
    }

    /// Begins to end requests whose TTL has passed. Holds at most 32 of each lane at once, those whose TTL has not
    /// passed
    /// yet until it has; what is held at the close is available to workers again.
    ///
    /// @throws PlatformException as [#start]
    static LaneDrainer startExpiring(Parts parts, Collection<LaneId> lanes) {
        return new LaneDrainer(
                        parts,
                        ErrorCode.REQUEST_EXPIRED,
                        "The request waited longer than its RequestTTLSeconds.",
                        InferenceRequest::expiresAt)
                .open(parts, lanes);
    }

    private LaneDrainer open(Parts parts, Collection<LaneId> lanes) {
        try {
            for (LaneId lane : lanes) {
                consumers.add(parts.consumers().open(lane, HELD, this::take));
            }
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        consumers.forEach(RequestConsumer::stopAcquiring);
        threads.shutdownNow();
        consumers.forEach(RequestConsumer::close);
    }

    private void take(AcquiredRequest acquired) {
        var _ = threads.submit(() -> end(acquired));
    }

    /// Holds the request until it is ended, however long the store or the broker is in trouble.
    private void end(AcquiredRequest acquired) {
        Duration early = Duration.between(clock.instant(), dueAt.apply(acquired.request()));
        if (early.isPositive() && !pause(early)) {
            return;
        }
        for (int attempt = 1; acquired.isHeld() && closed.getCount() > 0; attempt++) {
            try {
                if (failures.end(acquired.request(), 0, code, message, acquired::isHeld)) {
                    acquired.acknowledge(
                            code == ErrorCode.REQUEST_EXPIRED ? new Outcome.Expired() : new Outcome.Failed(code));
                }
                return;
            } catch (PlatformException e) {
                LOGGER.atWarn()
                        .addKeyValue("invocationId", acquired.request().invocationId())
                        .addKeyValue("endpoint", acquired.lane().endpoint())
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("error", e.text())
                        .log("a waiting request could not be ended, it is held");
                if (!pause(BACKOFF.after(attempt, random))) {
                    return;
                }
            }
        }
    }

    private boolean pause(Duration wait) {
        try {
            return !closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
