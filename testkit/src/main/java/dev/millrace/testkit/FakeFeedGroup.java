package dev.millrace.testkit;

import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.FakeFeed.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The members of a group of a [FakeFeed] and how far the group is in each partition. Thread-safe.
///
/// @param <T> the document
final class FakeFeedGroup<T> {
    private static final Duration ROUND = Duration.ofMillis(5);

    private final FakeFeed<T> feed;
    private final int[] done;
    private final List<Member> members = new ArrayList<>();

    FakeFeedGroup(FakeFeed<T> feed, int partitions) {
        this.feed = feed;
        this.done = new int[partitions];
    }

    synchronized Feed.Subscription join(Feed.GroupListener<T> listener) {
        var member = new Member(listener);
        members.add(member);
        member.thread.start();
        return member;
    }

    private synchronized Set<Integer> partitionsOf(Member member) {
        var owned = new TreeSet<Integer>();
        int place = members.indexOf(member);
        for (int partition = 0; place >= 0 && partition < done.length; partition++) {
            if (partition % members.size() == place) {
                owned.add(partition);
            }
        }
        return owned;
    }

    private synchronized int done(int partition) {
        return done[partition];
    }

    private synchronized void finish(int partition, int position) {
        done[partition] = Math.max(done[partition], position + 1);
    }

    private final class Member implements Feed.Subscription {
        private final Feed.GroupListener<T> listener;
        private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        private final CountDownLatch closed = new CountDownLatch(1);
        private final Thread thread = Thread.ofVirtual().name("fake-feed-group").unstarted(this::run);
        private Set<Integer> owned = Set.of();

        Member(Feed.GroupListener<T> listener) {
            this.listener = listener;
        }

        @Override
        public CompletionStage<Void> caughtUp() {
            return caughtUp;
        }

        @Override
        public void check() {
            feed.requireReachable();
        }

        /// Ends once the document in hand is done, as a consumer that commits when it leaves.
        @Override
        public void close() {
            synchronized (FakeFeedGroup.this) {
                members.remove(this);
            }
            closed.countDown();
            if (!Thread.currentThread().equals(thread)) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void run() {
            try {
                do {
                    Set<Integer> now = partitionsOf(this);
                    if (!now.equals(owned)) {
                        owned = now;
                        listener.onAssigned(now, done.length);
                    }
                    owned.forEach(this::hand);
                    caughtUp.complete(null);
                } while (!closed.await(ROUND.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        /// Hands over what the partition holds, up to a document that the listener does not take: the next
        /// round
        /// offers it again.
        private void hand(int partition) {
            List<Entry<T>> entries = feed.partition(partition);
            for (int position = done(partition); position < entries.size(); position++) {
                if (closed.getCount() == 0) {
                    return;
                }
                Entry<T> entry = entries.get(position);
                try {
                    if (entry.isReadable()) {
                        listener.onDocument(entry.key(), entry.value());
                    }
                } catch (RuntimeException _) {
                    return;
                }
                finish(partition, position);
            }
        }
    }
}
