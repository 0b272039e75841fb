package dev.millrace.notifier;

import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that is owed, in the order in which it is due, and the deliveries under way.
///
/// Follows the feed of owed deliveries from its beginning, so a process that starts knows what the one before
/// left. Of the deliveries, those are made whose keys this process owns. All state is guarded by this
/// object's lock; attempts run on virtual threads, at most so many at once in all and to one server.
final class DeliverySchedule implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(DeliverySchedule.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /// How long attempts under way may take to end when the process stops. What comes of them later is not
    /// written any more, so the next process makes them again.
    private static final Duration LAST_ATTEMPTS = Duration.ofSeconds(1);

    private static final ThreadFactory ATTEMPTS = Threads.virtual("delivery");

    private final Feed<OwedDelivery> feed;
    private final Courier courier;
    private final Retries retries;
    private final Predicate<String> owns;
    private final NotifierConfig config;
    private final DeliveryMetrics metrics;
    private final InstantSource clock;

    private final Map<String, OwedDelivery> owed = new HashMap<>();
    private final PriorityQueue<OwedDelivery> due =
            new PriorityQueue<>(Comparator.comparing(OwedDelivery::nextAttemptAt));
    private final Set<String> underWay = new HashSet<>();
    private final ServerLines lines;

    /// Struck out here, but not yet seen struck out in the feed: an older state of the same key may still
    /// arrive.
    private final Set<String> struckOut = new HashSet<>();

    private Feed.@Nullable Subscription subscription;
    private @Nullable Thread loop;
    private boolean isClosed;

    /// @param owns whether deliveries of that key are this process's to make
    DeliverySchedule(
            Feed<OwedDelivery> feed,
            Courier courier,
            Retries retries,
            Predicate<String> owns,
            NotifierConfig config,
            DeliveryMetrics metrics,
            InstantSource clock) {
        this.feed = feed;
        this.courier = courier;
        this.retries = retries;
        this.lines = new ServerLines(config.maxPerDestination());
        this.owns = owns;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    void start() {
        subscription = feed.follow(new Feed.Start.Beginning(), this::onDocument);
        loop = Threads.start("deliveries", this::run);
    }

    void check() {
        Feed.Subscription following = subscription;
        Thread running = loop;
        if (following == null || running == null || !running.isAlive()) {
            throw new IllegalStateException("the delivery loop does not run");
        }
        following.check();
    }

    /// How many deliveries are owed by all notifiers together.
    synchronized int size() {
        return owed.size();
    }

    private synchronized void onDocument(String key, @Nullable OwedDelivery delivery) {
        if (delivery == null) {
            owed.remove(key);
            struckOut.remove(key);
            return;
        }
        OwedDelivery known = owed.get(key);
        if (struckOut.contains(key) || (known != null && known.attempts() > delivery.attempts())) {
            return;
        }
        put(key, delivery);
    }

    private void put(String key, OwedDelivery delivery) {
        owed.put(key, delivery);
        due.add(delivery);
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                Optional<OwedDelivery> next = takeDue();
                if (next.isEmpty()) {
                    return;
                }
                ATTEMPTS.newThread(() -> deliver(next.get())).start();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for a delivery that is due, owned, not under way and to a server with room; empty at the end.
    private synchronized Optional<OwedDelivery> takeDue() throws InterruptedException {
        while (!isClosed) {
            Instant now = clock.instant();
            OwedDelivery first = due.peek();
            if (first == null || first.nextAttemptAt().isAfter(now) || underWay.size() >= config.maxConcurrent()) {
                long wait = first == null || !first.nextAttemptAt().isAfter(now)
                        ? LONGEST_WAIT.toMillis()
                        : Math.clamp(
                                Duration.between(now, first.nextAttemptAt()).toMillis(), 1, LONGEST_WAIT.toMillis());
                wait(wait);
                continue;
            }
            due.poll();
            if (!isCurrent(first) || underWay.contains(first.key())) {
                nextInLine(first); // replaced by a later state, or comes back when its attempt has ended
                continue;
            }
            if (!owns.test(first.key())) {
                later(first, LONGEST_WAIT);
                nextInLine(first);
                continue;
            }
            if (!lines.enter(first)) {
                continue;
            }
            underWay.add(first.key());
            return Optional.of(first);
        }
        return Optional.empty();
    }

    private boolean isCurrent(OwedDelivery delivery) {
        return delivery.equals(owed.get(delivery.key()));
    }

    /// Lets the next one that waits at the delivery's server try for the place that the delivery leaves.
    private void nextInLine(OwedDelivery delivery) {
        OwedDelivery next = lines.next(delivery);
        while (next != null && !isCurrent(next)) {
            next = lines.next(delivery);
        }
        if (next != null) {
            due.add(next);
        }
    }

    /// Looks at it again after a while, without telling anyone.
    private void later(OwedDelivery delivery, Duration wait) {
        OwedDelivery again = delivery.postponed(clock.instant().plus(wait));
        owed.put(again.key(), again);
        due.add(again);
    }

    private void deliver(OwedDelivery delivery) {
        Attempt attempt;
        try {
            attempt = courier.attempt(delivery);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            attempt = new Attempt.Failed("interrupted", null);
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue("messageId", delivery.messageId())
                    .setCause(e)
                    .log("a delivery failed in an unexpected way");
            attempt = new Attempt.Failed("internal failure", null);
        }
        metrics.count(delivery, attempt);
        switch (attempt) {
            case Attempt.Taken _ -> strikeOut(delivery);
            case Attempt.Refused(String reason) -> giveUp(delivery, reason);
            case Attempt.NotMade(Duration delay) -> {
                synchronized (this) {
                    ended(delivery);
                    later(delivery, delay);
                }
            }
            case Attempt.Failed failed -> failed(delivery, failed);
        }
    }

    private void failed(OwedDelivery delivery, Attempt.Failed attempt) {
        int attempts = delivery.attempts() + 1;
        Optional<Instant> again = retries.next(delivery.destination(), attempts, attempt.delay(), clock.instant());
        if (again.isEmpty()) {
            giveUp(delivery, attempt.reason());
            return;
        }
        OwedDelivery next = delivery.failed(attempt.reason(), again.get());
        LOGGER.atDebug()
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("attempt", attempts)
                .addKeyValue("error", attempt.reason())
                .log("a delivery failed and is tried again");
        publish(delivery.key(), next);
        synchronized (this) {
            ended(delivery);
            put(next.key(), next);
        }
    }

    private void giveUp(OwedDelivery delivery, String reason) {
        LOGGER.atWarn()
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("attempt", delivery.attempts() + 1)
                .addKeyValue("error", reason)
                .log("a delivery was given up");
        metrics.givenUp(delivery);
        strikeOut(delivery);
    }

    private void strikeOut(OwedDelivery delivery) {
        synchronized (this) {
            owed.remove(delivery.key());
            struckOut.add(delivery.key());
        }
        publish(delivery.key(), null);
        ended(delivery);
    }

    /// Not waited for: a state that is lost here only means that the receiver gets the message once more.
    private void publish(String key, @Nullable OwedDelivery delivery) {
        var _ = feed.publish(key, delivery).whenComplete((_, failure) -> {
            if (failure != null) {
                LOGGER.atWarn()
                        .addKeyValue("error", failure.getMessage())
                        .log("a delivery's state was not written; it may be made once more");
                if (delivery == null) {
                    strikeOutLater(key);
                }
            }
        });
    }

    /// Without it, what was taken while the broker was away would be sent again by the next process.
    private void strikeOutLater(String key) {
        CompletableFuture.delayedExecutor(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    synchronized (this) {
                        if (isClosed || !struckOut.contains(key)) {
                            return;
                        }
                    }
                    publish(key, null);
                });
    }

    private synchronized void ended(OwedDelivery delivery) {
        underWay.remove(delivery.key());
        lines.leave(delivery);
        nextInLine(delivery);
        notifyAll();
    }

    /// Starts no more attempts and waits for those under way, within a bound.
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            notifyAll();
            awaitAttempts();
        }
        Feed.Subscription following = subscription;
        if (following != null) {
            following.close();
        }
    }

    private void awaitAttempts() {
        long end = System.nanoTime() + LAST_ATTEMPTS.toNanos();
        try {
            for (long left = LAST_ATTEMPTS.toNanos(); left > 0 && !underWay.isEmpty(); left = end - System.nanoTime()) {
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
