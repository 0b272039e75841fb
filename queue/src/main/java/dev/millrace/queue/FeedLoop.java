package dev.millrace.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;

/// A reader of a topic: one consumer and what is done with its records. Used by one thread.
interface FeedLoop {
    /// The consumer, open or opened by this call.
    Consumer<byte[], byte[]> consumer();

    /// One poll and what follows from it.
    ///
    /// @return whether it brought something and nobody waits for what comes next, so that more may gather first
    boolean poll();

    /// Before the consumer is closed, while it still answers.
    default void leave() {}

    /// How long the consumer's goodbye may take; nothing where no group is left: the broker would answer it only after
    /// the fetch that is open.
    default Duration goodbye() {
        return Duration.ZERO;
    }

    CompletableFuture<Void> caughtUp();
}
