package dev.millrace.controller;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes the object that an invocation left besides the one that its first terminal event tells of.
///
/// The first terminal event is the truth. A later one that tells of another object comes from a process that had lost
/// the
/// request and did not know it yet: an output next to a failure, or the other way round. Every controller deletes such
/// objects, since deleting twice changes nothing. Thread-safe.
final class SecondObjects implements Feed.Listener<InvocationEvent> {
    private static final Logger LOGGER = LoggerFactory.getLogger(SecondObjects.class);

    /// Clocks of gateways, workers and brokers may differ by this.
    private static final Duration SKEW = Duration.ofSeconds(10);

    /// Small, since many are remembered.
    ///
    /// @param isOutput whether the event told of the output; else of the failure
    private record Ended(boolean isOutput, long atMillis) {}

    private record Second(InvocationId id, ObjectLocation object) {}

    private final ObjectStore store;
    private final int remembered;
    private final Map<InvocationId, Ended> firsts = new LinkedHashMap<>();
    private final Deque<Second> due = new ArrayDeque<>();

    /// Every terminal event since then is remembered: of a call accepted later, the first one seen is the first.
    private Instant completeSince;

    /// @param followedSince from when on events are handed over
    /// @param remembered how many invocations are remembered; of older ones nothing is deleted
    SecondObjects(ObjectStore store, Instant followedSince, int remembered) {
        this.store = store;
        this.completeSince = followedSince;
        this.remembered = remembered;
    }

    @Override
    public synchronized void onDocument(String key, @Nullable InvocationEvent event) {
        if (!(event instanceof InvocationEvent.Terminal terminal)) {
            return;
        }
        var ended = new Ended(
                terminal instanceof InvocationEvent.Completed, terminal.at().toEpochMilli());
        Ended first = firsts.putIfAbsent(terminal.invocationId(), ended);
        if (first == null) {
            forgetEldest();
        } else if (first.isOutput() != ended.isOutput() && isCertain(terminal.summary())) {
            remove(terminal);
        }
    }

    /// Waits until there is something to delete, and deletes one object.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when the store is out of reach; the object stays due
    void delete() throws InterruptedException {
        Second second;
        synchronized (this) {
            while (due.isEmpty()) {
                wait();
            }
            second = due.getFirst();
        }
        boolean isOfTheInvocation = store.head(second.object())
                .filter(info -> second.id().toString().equals(info.invocationId()))
                .isPresent();
        if (isOfTheInvocation) {
            store.delete(second.object());
            LOGGER.atInfo()
                    .addKeyValue("invocationId", second.id())
                    .addKeyValue("bucket", second.object().bucket())
                    .addKeyValue("key", second.object().key())
                    .log("a second object of an invocation that had ended otherwise was deleted");
        }
        synchronized (this) {
            due.removeFirst();
        }
    }

    private void remove(InvocationEvent.Terminal second) {
        InvocationSummary summary = second.summary();
        boolean isOfItsOwn = !summary.outputLocation().equals(summary.failureLocation());
        if (isOfItsOwn && due.size() < remembered) {
            due.add(new Second(second.invocationId(), objectOf(second)));
            notifyAll();
        }
    }

    private void forgetEldest() {
        if (firsts.size() > remembered) {
            Iterator<Ended> eldest = firsts.values().iterator();
            Instant at = Instant.ofEpochMilli(eldest.next().atMillis());
            eldest.remove();
            completeSince = at.isAfter(completeSince) ? at : completeSince;
        }
    }

    private boolean isCertain(InvocationSummary summary) {
        return summary.acceptedAt().isAfter(completeSince.plus(SKEW));
    }

    private static ObjectLocation objectOf(InvocationEvent.Terminal event) {
        return switch (event) {
            case InvocationEvent.Completed completed -> completed.summary().outputLocation();
            case InvocationEvent.Failed _, InvocationEvent.Expired _, InvocationEvent.Cancelled _ ->
                event.summary().failureLocation();
        };
    }
}
