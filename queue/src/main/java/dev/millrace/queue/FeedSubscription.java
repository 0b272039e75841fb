package dev.millrace.queue;

import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that reads a feed, until it is closed.
final class FeedSubscription implements Feed.Subscription, Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FeedSubscription.class);
    private static final Duration CLOSE = Duration.ofSeconds(8);
    private static final Duration GATHER = Duration.ofMillis(5);
    private static final Backoff PACE = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private final KafkaConnection connection;
    private final String name;
    private final FeedLoop loop;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    private FeedSubscription(KafkaConnection connection, String name, FeedLoop loop) {
        this.connection = connection;
        this.name = name;
        this.loop = loop;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    static FeedSubscription start(KafkaConnection connection, String name, FeedLoop loop) {
        var subscription = new FeedSubscription(connection, name, loop);
        subscription.thread.start();
        return subscription;
    }

    @Override
    public void run() {
        try {
            for (int failures = 0; !isClosing(); ) {
                try {
                    long asked = System.nanoTime();
                    if (loop.poll()) {
                        gather(asked);
                    }
                    failure = null;
                    failures = 0;
                } catch (WakeupException _) {
                    // Closing.
                } catch (RuntimeException e) {
                    failures++;
                    failure = e;
                    LOGGER.atWarn()
                            .addKeyValue("feed", name)
                            .addKeyValue("error", e.toString())
                            .log("feed cannot be read, trying again");
                    pause(PACE.after(failures, ThreadLocalRandom.current()));
                }
            }
        } finally {
            leave();
        }
    }

    @Override
    public CompletionStage<Void> caughtUp() {
        return loop.caughtUp().minimalCompletionStage();
    }

    @Override
    public void check() {
        Throwable present = failure;
        if (present != null) {
            throw KafkaFailures.unavailable(name + ": " + present.getMessage(), present);
        }
        if (!thread.isAlive()) {
            throw KafkaFailures.unavailable(name + ": its thread has ended", new IllegalStateException());
        }
        connection.check();
    }

    @Override
    public void close() {
        closing.countDown();
        loop.consumer().wakeup();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /// Lets the next documents of a fast stream come together: a fetch for each costs more than reading them. One that
    /// comes alone is not kept waiting.
    private static void gather(long asked) {
        LockSupport.parkNanos(GATHER.toNanos() - (System.nanoTime() - asked));
    }

    private void pause(Duration time) {
        try {
            if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.atDebug().addKeyValue("feed", name).log("closed while it could not be read");
            }
        } catch (InterruptedException _) {
            closing.countDown();
        }
    }

    private void leave() {
        try {
            loop.leave();
        } catch (KafkaException e) {
            LOGGER.atDebug().addKeyValue("feed", name).setCause(e).log("feed was left without a last commit");
        }
        try {
            loop.consumer().close(CloseOptions.timeout(loop.goodbye()));
        } catch (KafkaException e) {
            LOGGER.atDebug().addKeyValue("feed", name).setCause(e).log("consumer did not close in time");
        }
    }
}
