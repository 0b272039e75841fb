package dev.millrace.notifier;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.port.Feed;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Reads invocation events as a member of a group and writes down what each terminal one makes owed.
///
/// Only the first terminal event of an invocation counts. Later ones come soon after it, from a second worker that
/// finished
/// the same work, so a bounded memory of ids is enough; what slips through carries the same message id.
final class TerminalEvents implements Feed.GroupListener<InvocationEvent> {
    private static final int REMEMBERED = 50_000;

    private final Recipients recipients;
    private final Feed<OwedDelivery> owed;
    private final InstantSource clock;
    private final Map<InvocationId, Boolean> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InvocationId, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    TerminalEvents(Recipients recipients, Feed<OwedDelivery> owed, InstantSource clock) {
        this.recipients = recipients;
        this.owed = owed;
        this.clock = clock;
    }

    /// Returns when everything that the event makes owed is written down; until then the event counts as unread.
    @Override
    public void onDocument(String key, @Nullable InvocationEvent event) {
        if (!(event instanceof InvocationEvent.Terminal terminal) || ended.containsKey(terminal.invocationId())) {
            return;
        }
        List<OwedDelivery> deliveries = recipients.of(terminal, clock.instant());
        CompletableFuture.allOf(deliveries.stream()
                        .map(delivery -> owed.publish(delivery.key(), delivery).toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
        ended.put(terminal.invocationId(), true);
    }
}
