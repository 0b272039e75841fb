package dev.millrace.gateway.status;

import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Keeps a [StatusIndex] up to date from the stream of events, and reads the stream again for what the index
/// has
/// dropped.
public final class StatusFeed implements AutoCloseable {
    private static final Duration MAX_SCAN = Duration.ofSeconds(10);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private final Feed<InvocationEvent> events;
    private final StatusIndex index;
    private final Duration retention;
    private final InstantSource clock;
    private final Blocking blocking;
    private final Bound scans;
    private final Feed.Subscription subscription;

    /// Begins to replay.
    ///
    /// @param retention how far back events are read at the start
    /// @param scans how many searches in the stream may run at once
    public StatusFeed(
            Feed<InvocationEvent> events,
            StatusIndex index,
            Duration retention,
            InstantSource clock,
            Blocking blocking,
            Bound scans) {
        this.events = events;
        this.index = index;
        this.retention = retention;
        this.clock = clock;
        this.blocking = blocking;
        this.scans = scans;
        this.subscription =
                events.follow(new Feed.Start.Since(clock.instant().minus(retention)), (_, event) -> apply(event));
    }

    /// Ends when everything that was published before the start of this process is in the index.
    public CompletionStage<Void> caughtUp() {
        return subscription.caughtUp();
    }

    /// The invocation's status when its events are older than what the index keeps: reads the stream from the
    /// time in the id, for a bounded time.
    ///
    /// @throws PlatformException (in the stage) with the bound's code when too many searches run
    public CompletionStage<Optional<InvocationStatus>> search(EndpointName endpoint, InvocationId id) {
        if (!index.mayHaveDropped(id) || id.timestamp().isBefore(clock.instant().minus(retention))) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        try {
            scans.enter();
        } catch (PlatformException e) {
            return CompletableFuture.failedFuture(e);
        }
        return blocking.call(() -> scan(endpoint, id)).whenComplete((_, _) -> scans.leave());
    }

    /// @throws PlatformException `SERVICE_UNAVAILABLE` when events are no longer read
    public void check() {
        subscription.check();
    }

    @Override
    public void close() {
        subscription.close();
    }

    private void apply(@Nullable InvocationEvent event) {
        if (event != null) {
            index.onEvent(event);
        }
    }

    private Optional<InvocationStatus> scan(EndpointName endpoint, InvocationId id)
            throws InterruptedException, ExecutionException {
        var found = new StatusIndex(1);
        var start = new Feed.Start.Since(id.timestamp().minus(CLOCK_SKEW));
        CompletableFuture<InvocationStatus> ended = found.whenTerminal(id);
        try (var reading = events.follow(start, (_, event) -> {
            if (event != null && event.invocationId().equals(id)) {
                found.onEvent(event);
            }
        })) {
            CompletableFuture.anyOf(ended, reading.caughtUp().toCompletableFuture())
                    .get(MAX_SCAN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // What was found until now is the best answer that a bounded search can give.
        }
        ended.cancel(false);
        return found.find(endpoint, id);
    }
}
