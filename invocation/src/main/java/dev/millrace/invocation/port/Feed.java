package dev.millrace.invocation.port;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A keyed stream of documents of one kind that every process can write to and read: invocation events,
/// resources,
/// placements, host reports, wake signals, owed deliveries, dead letters.
///
/// Documents of one key are seen in the order of their writing.
///
/// @param <T> the document
public interface Feed<T> {
    /// Sends a document; the stage ends when the broker has it on all in-sync replicas. Does not block; fails
    /// with
    /// `SERVICE_UNAVAILABLE` when the broker does not answer in time.
    ///
    /// @param value null deletes the key where the feed keeps the latest document of each
    CompletionStage<Void> publish(String key, @Nullable T value);

    /// Every document from `start` on, to this caller alone.
    Subscription follow(Start start, Listener<T> listener);

    /// The documents of the partitions that this member of the group is given; each is handed over until the
    /// listener
    /// returned normally once, also across restarts. A listener that throws gets the document again after a
    /// backoff.
    ///
    /// @param group the same for all members, which share the partitions
    Subscription share(String group, GroupListener<T> listener);

    /// Where a reader that follows begins.
    sealed interface Start {
        /// With the oldest document that is kept.
        record Beginning() implements Start {}

        /// With what is written from now on.
        record End() implements Start {}

        /// With the first document written at that time or later.
        record Since(Instant time) implements Start {}
    }

    /// Called on the feed's own thread, one document at a time.
    ///
    /// @param <T> the document
    interface Listener<T> {
        /// @param value null when the key was deleted
        void onDocument(String key, @Nullable T value);
    }

    /// As [Listener], for members of a group.
    ///
    /// @param <T> the document
    interface GroupListener<T> extends Listener<T> {
        /// Which of how many partitions are this member's from now on; called before the first document of a
        /// new
        /// partition.
        ///
        /// @param partitions numbers from 0
        default void onAssigned(Set<Integer> partitions, int count) {}
    }

    /// Ends with [#close].
    interface Subscription extends AutoCloseable {
        /// Ends when everything that was there at the start of the subscription has been handed over.
        CompletionStage<Void> caughtUp();

        /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when the loop has ended or
        ///     the
        /// broker is
        ///     out of reach
        void check();

        @Override
        void close();
    }
}
