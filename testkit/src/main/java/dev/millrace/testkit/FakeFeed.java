package dev.millrace.testkit;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.port.Feed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A feed in memory; each reader has a thread of its own. Thread-safe.
///
/// @param <T> the document
public final class FakeFeed<T> implements Feed<T> {
    private static final Logger LOGGER = LoggerFactory.getLogger(FakeFeed.class);

    /// @param value null when the key was deleted, or when the document is of a type that nobody knows
    record Entry<T>(int partition, String key, @Nullable T value, boolean isReadable, Instant at) {}

    private final List<Entry<T>> log = new ArrayList<>();
    private final Map<String, FakeFeedGroup<T>> groups = new HashMap<>();
    private final InstantSource clock;
    private final int partitions;
    private final @Nullable Codec<T> codec;
    private boolean isOut;
    private boolean isDeaf;

    /// With one partition, handing documents over as they are.
    public FakeFeed(InstantSource clock) {
        this(clock, 1, null);
    }

    /// @param codec that every document goes through, or null to hand it over as it is
    public FakeFeed(InstantSource clock, int partitions, @Nullable Codec<T> codec) {
        this.clock = clock;
        this.partitions = partitions;
        this.codec = codec;
    }

    /// While true nothing can be published, and readers say that the broker is out of reach.
    public synchronized void setOut(boolean isOutOfReach) {
        isOut = isOutOfReach;
    }

    /// While true what is published is lost.
    public synchronized void setDeaf(boolean losesEverything) {
        isDeaf = losesEverything;
    }

    @Override
    public synchronized CompletionStage<Void> publish(String key, @Nullable T value) {
        if (isOut) {
            return CompletableFuture.failedFuture(outOfReach());
        }
        if (!isDeaf) {
            T read = value;
            boolean isReadable = true;
            if (value != null && codec != null) {
                var decoded = codec.decode(codec.encode(value));
                isReadable = decoded.isPresent();
                read = decoded.orElse(null);
            }
            int partition = Math.floorMod(key.hashCode(), partitions);
            log.add(new Entry<>(partition, key, read, isReadable, clock.instant()));
            notifyAll();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized Subscription follow(Start start, Listener<T> listener) {
        int from = switch (start) {
            case Start.Beginning _ -> 0;
            case Start.End _ -> log.size();
            case Start.Since(Instant time) ->
                (int) log.stream().filter(entry -> entry.at().isBefore(time)).count();
        };
        return new Follower(from, listener);
    }

    @Override
    public synchronized Subscription share(String group, GroupListener<T> listener) {
        return groups.computeIfAbsent(group, _ -> new FakeFeedGroup<>(this, partitions))
                .join(listener);
    }

    /// The documents of a partition, oldest first.
    synchronized List<Entry<T>> partition(int number) {
        return log.stream().filter(entry -> entry.partition() == number).toList();
    }

    synchronized void requireReachable() {
        if (isOut) {
            throw outOfReach();
        }
    }

    private static PlatformException outOfReach() {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the broker is out of reach");
    }

    private final class Follower implements Subscription {
        private final Listener<T> listener;
        private final int end;
        private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        private int next;
        private boolean isClosed;

        Follower(int from, Listener<T> listener) {
            this.next = from;
            this.end = log.size();
            this.listener = listener;
            if (from >= end) {
                caughtUp.complete(null);
            }
            Thread.ofVirtual().name("fake-feed").start(this::run);
        }

        @Override
        public CompletionStage<Void> caughtUp() {
            return caughtUp;
        }

        @Override
        public void check() {
            requireReachable();
        }

        @Override
        public void close() {
            synchronized (FakeFeed.this) {
                isClosed = true;
                FakeFeed.this.notifyAll();
            }
        }

        private void run() {
            for (Entry<T> entry = take(); entry != null; entry = take()) {
                if (entry.isReadable()) {
                    hand(entry);
                }
                if (next >= end) {
                    caughtUp.complete(null);
                }
            }
        }

        /// The next document, or null when the reader was closed.
        private @Nullable Entry<T> take() {
            synchronized (FakeFeed.this) {
                while (!isClosed && log.size() <= next) {
                    try {
                        FakeFeed.this.wait();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                        return null;
                    }
                }
                return isClosed ? null : log.get(next++);
            }
        }

        /// A reader that follows is not asked twice.
        private void hand(Entry<T> entry) {
            try {
                listener.onDocument(entry.key(), entry.value());
            } catch (RuntimeException e) {
                LOGGER.atError().addKeyValue("key", entry.key()).setCause(e).log("a follower failed on a document");
            }
        }
    }
}
