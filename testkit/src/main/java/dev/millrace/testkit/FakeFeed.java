package dev.millrace.testkit;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A feed of one partition in memory; each reader has a thread of its own. Thread-safe.
///
/// @param <T> the document
public final class FakeFeed<T> implements Feed<T> {
    private record Entry<T>(String key, @Nullable T value, Instant at) {}

    private final List<Entry<T>> log = new ArrayList<>();
    private final Map<String, Group> groups = new HashMap<>();
    private final InstantSource clock;
    private boolean isOut;
    private boolean isDeaf;

    public FakeFeed(InstantSource clock) {
        this.clock = clock;
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
            log.add(new Entry<>(key, value, clock.instant()));
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
        return new Follower(from, log.size(), listener, null);
    }

    @Override
    public synchronized Subscription share(String group, GroupListener<T> listener) {
        return new Follower(0, log.size(), listener, groups.computeIfAbsent(group, _ -> new Group()));
    }

    private PlatformException outOfReach() {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the broker is out of reach");
    }

    /// Members in the order of their coming; the first has the only partition.
    private final class Group {
        private final List<Follower> members = new ArrayList<>();
        private int next;
    }

    private final class Follower implements Subscription {
        private final Listener<T> listener;
        private final @Nullable Group group;
        private final int end;
        private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        private final Thread thread;
        private int next;
        private boolean isClosed;

        Follower(int from, int end, Listener<T> listener, @Nullable Group group) {
            this.next = from;
            this.end = end;
            this.listener = listener;
            this.group = group;
            if (group != null) {
                group.members.add(this);
            }
            if (group == null && from >= end) {
                caughtUp.complete(null);
            }
            thread = Thread.ofVirtual().name("fake-feed").start(this::run);
        }

        @Override
        public CompletionStage<Void> caughtUp() {
            return caughtUp;
        }

        @Override
        public void check() {
            synchronized (FakeFeed.this) {
                if (isOut || isClosed) {
                    throw outOfReach();
                }
            }
        }

        @Override
        public void close() {
            synchronized (FakeFeed.this) {
                isClosed = true;
                if (group != null) {
                    group.members.remove(this);
                }
                FakeFeed.this.notifyAll();
            }
        }

        private void run() {
            boolean isAssigned = false;
            while (true) {
                Entry<T> entry;
                synchronized (FakeFeed.this) {
                    if (!awaitTurn()) {
                        return;
                    }
                    entry = log.size() > position() ? log.get(position()) : null;
                }
                if (!isAssigned && listener instanceof GroupListener<T> member) {
                    member.onAssigned(Set.of(0), 1);
                    isAssigned = true;
                }
                if (entry == null) {
                    caughtUp.complete(null);
                    awaitEntry();
                } else if (hand(entry)) {
                    synchronized (FakeFeed.this) {
                        advance();
                        if (position() >= end) {
                            caughtUp.complete(null);
                        }
                    }
                }
            }
        }

        /// Whether this reader is to go on; called with the lock held.
        private boolean awaitTurn() {
            while (!isClosed && group != null && !group.members.getFirst().equals(this)) {
                waitForChange();
            }
            return !isClosed;
        }

        private void awaitEntry() {
            synchronized (FakeFeed.this) {
                while (!isClosed && log.size() <= position()) {
                    waitForChange();
                }
            }
        }

        /// A reader of a group gets the document again until it took it.
        private boolean hand(Entry<T> entry) {
            try {
                listener.onDocument(entry.key(), entry.value());
                return true;
            } catch (RuntimeException _) {
                return group == null;
            }
        }

        private int position() {
            return group == null ? next : group.next;
        }

        private void advance() {
            if (group == null) {
                next++;
            } else {
                group.next++;
            }
        }

        private void waitForChange() {
            try {
                FakeFeed.this.wait();
            } catch (InterruptedException _) {
                isClosed = true;
                thread.interrupt();
            }
        }
    }
}
