package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.Feed.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a feed promises to those who follow it and to groups that share it.
public abstract class FeedContract {
    private final List<AutoCloseable> opened = new ArrayList<>();

    /// A new, empty feed of texts. A text that begins with `?` is of a type that its codec does not know.
    protected abstract Feed<String> create(int partitions);

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void showsAFollowerEverythingInTheOrderOfEachKey() {
        Feed<String> feed = create(4);
        for (int i = 0; i < 200; i++) {
            publish(feed, "key-" + i % 10, Integer.toString(i));
        }

        var seen = new Texts();
        Feed.Subscription subscription = follow(feed, new Start.Beginning(), seen);
        subscription
                .caughtUp()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        assertThat(seen.all()).hasSize(200);
        for (int key = 0; key < 10; key++) {
            assertThat(seen.of("key-" + key).stream().map(Integer::valueOf).toList())
                    .hasSize(20)
                    .isSorted();
        }
        publish(feed, "key-1", "later");
        patiently().untilAsserted(() -> assertThat(seen.of("key-1")).endsWith("later"));
    }

    @Test
    void showsAFollowerOfTheEndOnlyWhatComes() {
        Feed<String> feed = create(2);
        publish(feed, "a", "before");

        var seen = new Texts();
        Feed.Subscription subscription = follow(feed, new Start.End(), seen);
        assertThat(subscription.caughtUp().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
        publish(feed, "a", "after");

        patiently().untilAsserted(() -> assertThat(seen.all()).containsExactly("after"));
    }

    @Test
    void showsWhatWasWrittenSinceATime() {
        Feed<String> feed = create(2);
        publish(feed, "a", "before");
        Instant time = Instant.now().plusMillis(5);
        patiently().until(() -> Instant.now().isAfter(time.plusMillis(5)));
        publish(feed, "a", "after");

        var seen = new Texts();
        follow(feed, new Start.Since(time), seen);

        patiently().untilAsserted(() -> assertThat(seen.all()).containsExactly("after"));
    }

    @Test
    void tellsOfDeletedKeysAndPassesOverUnknownTypes() {
        Feed<String> feed = create(1);
        publish(feed, "a", "one");
        publish(feed, "a", "?from a later version");
        publish(feed, "a", null);
        publish(feed, "a", "two");

        var seen = new Texts();
        follow(feed, new Start.Beginning(), seen);

        patiently().untilAsserted(() -> assertThat(seen.of("a")).containsExactly("one", "deleted", "two"));
    }

    @Test
    void goesOnFollowingWhenItsListenerFails() {
        Feed<String> feed = create(1);
        var seen = new Texts();
        Feed.Subscription subscription = feed.follow(new Start.Beginning(), (key, value) -> {
            if ("bad".equals(value)) {
                throw new IllegalArgumentException("bad");
            }
            seen.onDocument(key, value);
        });
        opened.add(subscription);

        publish(feed, "a", "bad");
        publish(feed, "a", "good");

        patiently().untilAsserted(() -> assertThat(seen.all()).containsExactly("good"));
        subscription.check();
    }

    @Test
    void sharesDocumentsAmongTheMembersOfAGroup() {
        Feed<String> feed = create(4);
        String group = group();
        var first = new Member();
        var second = new Member();
        opened.add(feed.share(group, first));
        opened.add(feed.share(group, second));
        patiently().untilAsserted(() -> {
            assertThat(first.partitions).hasSize(2);
            assertThat(second.partitions).hasSize(2);
        });

        for (int i = 0; i < 100; i++) {
            publish(feed, "key-" + i, Integer.toString(i));
        }

        patiently()
                .untilAsserted(() -> assertThat(
                                first.seen.all().size() + second.seen.all().size())
                        .isEqualTo(100));
        assertThat(first.seen.all()).isNotEmpty().doesNotContainAnyElementsOf(second.seen.all());
        assertThat(first.count).isEqualTo(4);
        assertThat(first.wasToldFirst).isTrue();
    }

    @Test
    void givesThePartitionsOfAMemberThatLeftToTheOthers() {
        Feed<String> feed = create(4);
        String group = group();
        var first = new Member();
        var second = new Member();
        opened.add(feed.share(group, first));
        Feed.Subscription leaving = feed.share(group, second);
        opened.add(leaving);
        patiently().untilAsserted(() -> assertThat(second.partitions).hasSize(2));

        leaving.close();

        patiently().untilAsserted(() -> assertThat(first.partitions).hasSize(4));
        for (int i = 0; i < 20; i++) {
            publish(feed, "key-" + i, Integer.toString(i));
        }
        patiently().untilAsserted(() -> assertThat(first.seen.all()).hasSize(20));
    }

    @Test
    void goesOnWhereTheGroupStopped() {
        Feed<String> feed = create(2);
        String group = group();
        publish(feed, "a", "one");
        var first = new Member();
        Feed.Subscription subscription = feed.share(group, first);
        patiently().untilAsserted(() -> assertThat(first.seen.all()).containsExactly("one"));
        subscription.close();
        publish(feed, "a", "two");

        var second = new Member();
        opened.add(feed.share(group, second));

        patiently().untilAsserted(() -> assertThat(second.seen.all()).containsExactly("two"));
    }

    @Test
    void givesADocumentAgainUntilItsListenerTookIt() {
        Feed<String> feed = create(2);
        var failing = new AtomicBoolean(true);
        var member = new Member() {
            @Override
            public void onDocument(String key, @Nullable String value) {
                if ("hard".equals(value) && failing.get()) {
                    throw new IllegalStateException("not yet");
                }
                super.onDocument(key, value);
            }
        };
        opened.add(feed.share(group(), member));
        Set<String> others = new HashSet<>();
        publish(feed, "a", "hard");
        publish(feed, "a", "after");
        for (int i = 0; i < 10; i++) {
            others.add("other-" + i);
            publish(feed, "key-" + i, "other-" + i);
        }
        // Only the partition of the document that failed waits for it.
        patiently().untilAsserted(() -> assertThat(member.seen.all()).containsAnyElementsOf(others));
        assertThat(member.seen.of("a")).isEmpty();

        failing.set(false);

        patiently().untilAsserted(() -> assertThat(member.seen.of("a")).containsExactly("hard", "after"));
        patiently().untilAsserted(() -> assertThat(member.seen.all()).containsAll(others));
    }

    private Feed.Subscription follow(Feed<String> feed, Start start, Feed.Listener<String> listener) {
        Feed.Subscription subscription = feed.follow(start, listener);
        opened.add(subscription);
        return subscription;
    }

    private static void publish(Feed<String> feed, String key, @Nullable String text) {
        feed.publish(key, text)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static String group() {
        return "group-" + UUID.randomUUID();
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private record Text(String key, String text) {}

    private static class Texts implements Feed.Listener<String> {
        private final List<Text> seen = new CopyOnWriteArrayList<>();

        @Override
        public void onDocument(String key, @Nullable String value) {
            seen.add(new Text(key, value == null ? "deleted" : value));
        }

        List<String> all() {
            return seen.stream().map(Text::text).toList();
        }

        List<String> of(String key) {
            return seen.stream()
                    .filter(text -> text.key().equals(key))
                    .map(Text::text)
                    .toList();
        }
    }

    private static class Member implements Feed.GroupListener<String> {
        final Texts seen = new Texts();
        final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
        volatile int count;
        volatile boolean wasToldFirst;

        @Override
        public void onAssigned(Set<Integer> assigned, int total) {
            wasToldFirst = wasToldFirst || seen.all().isEmpty();
            count = total;
            partitions.retainAll(assigned);
            partitions.addAll(assigned);
        }

        @Override
        public void onDocument(String key, @Nullable String value) {
            seen.onDocument(key, value);
        }
    }
}
