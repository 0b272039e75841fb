package dev.millrace.load.bench;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.port.Feed;
import dev.millrace.load.harness.Wait;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The ends of asynchronous invocations, as the platform's events tell them. Thread-safe.
///
/// Following them costs one record per end, where polling would cost calls: what watches must not be the load.
public final class Endings implements AutoCloseable {
    private final ConcurrentHashMap<InvocationId, InvocationEvent.Terminal> ends = new ConcurrentHashMap<>();
    private final Feed.Subscription subscription;

    /// Follows what ends from now on.
    ///
    /// @param each is called once per invocation, on the feed's thread
    public Endings(KafkaConnection kafka, Consumer<InvocationEvent.Terminal> each) {
        subscription = new KafkaFeeds(kafka).events().follow(new Feed.Start.End(), (_, event) -> {
            if (event instanceof InvocationEvent.Terminal end && ends.putIfAbsent(end.invocationId(), end) == null) {
                each.accept(end);
            }
        });
        subscription.caughtUp().toCompletableFuture().join();
    }

    public int count() {
        return ends.size();
    }

    /// Waits until every one of them has ended.
    ///
    /// @return what was lost or did not complete, a few examples of each
    public List<String> await(Collection<InvocationId> accepted, Duration patience) throws InterruptedException {
        var problems = new ArrayList<String>();
        try {
            Wait.until(
                    "every accepted call has ended",
                    patience,
                    () -> ends.keySet().containsAll(accepted));
        } catch (IllegalStateException _) {
            List<InvocationId> lost =
                    accepted.stream().filter(id -> !ends.containsKey(id)).toList();
            problems.add(lost.size() + " of " + accepted.size() + " accepted calls have not ended, such as "
                    + lost.stream().limit(3).toList());
        }
        List<InvocationEvent.Terminal> bad = accepted.stream()
                .map(ends::get)
                .filter(end -> end != null && !(end instanceof InvocationEvent.Completed))
                .toList();
        if (!bad.isEmpty()) {
            problems.add(bad.size() + " calls did not complete, such as " + bad.getFirst());
        }
        return problems;
    }

    /// How one ended.
    public InvocationEvent.Completed completed(InvocationId id) {
        if (ends.get(id) instanceof InvocationEvent.Completed completed) {
            return completed;
        }
        throw new IllegalStateException(id + " has not completed: " + ends.get(id));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
