package dev.millrace.worker;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Publishes `Started` for requests that are still running after a moment.
///
/// A quick request is over before anyone could see that it runs: its end tells when it began, and one event of three
/// is saved for the broker and for all who follow. Thread-safe.
final class Progress implements AutoCloseable {
    /// How long a request runs before its start is published.
    static final Duration MOMENT = Duration.ofMillis(150);

    private static final long TICK_MILLIS = 50;

    private final Feed<InvocationEvent> events;
    private final InstantSource clock;
    private final String workerId;
    private final Map<Hold, Instant> quiet = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    Progress(Feed<InvocationEvent> events, InstantSource clock, String workerId) {
        this.events = events;
        this.clock = clock;
        this.workerId = workerId;
    }

    void start() {
        Threads.start("progress", this::loop);
    }

    void begun(Hold hold, Instant at) {
        quiet.put(hold, at);
    }

    void ended(Hold hold) {
        quiet.remove(hold);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void loop() {
        try {
            while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                tell();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        Instant latest = clock.instant().minus(MOMENT);
        quiet.forEach((hold, begun) -> {
            if (!begun.isAfter(latest) && quiet.remove(hold, begun)) {
                // Not awaited: it tells of progress and promises nothing.
                var _ = events.publish(
                        hold.id().toString(),
                        new InvocationEvent.Started(hold.id(), begun, workerId, hold.deliveryCount()));
            }
        });
    }
}
