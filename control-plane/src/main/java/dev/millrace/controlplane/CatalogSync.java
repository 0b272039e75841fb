package dev.millrace.controlplane;

import dev.millrace.controlplane.DocumentStore.Listed;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Backoff;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a [CatalogView] like the store: follows announcements, sends our own, and lists everything as repair.
final class CatalogSync implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CatalogSync.class);
    private static final Duration ANNOUNCE_WITHIN = Duration.ofSeconds(2);
    private static final Duration FOLLOW_WITHIN = Duration.ofSeconds(10);
    private static final Duration KEEP_DELETIONS = Duration.ofMinutes(10);
    private static final Backoff RETRY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private final DocumentStore documents;
    private final Feed<ResourceChange> feed;
    private final CatalogView view;
    private final InstantSource clock;
    private final Duration repairEvery;
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, ResourceChange> unannounced = new ConcurrentHashMap<>();
    private final Thread thread;

    private volatile Feed.@Nullable Subscription subscription;
    private volatile Instant lastListed = Instant.EPOCH;

    CatalogSync(
            DocumentStore documents,
            Feed<ResourceChange> feed,
            CatalogView view,
            InstantSource clock,
            Duration repairEvery) {
        this.documents = documents;
        this.feed = feed;
        this.view = view;
        this.clock = clock;
        this.repairEvery = repairEvery;
        this.thread = Thread.ofVirtual().name("resource-catalog").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean awaitLoaded(Duration within) {
        try {
            return loaded.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void requireLoaded() {
        if (loaded.getCount() > 0) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the resources are not loaded yet");
        }
    }

    void check() {
        requireLoaded();
        if (lastListed.isBefore(clock.instant().minus(repairEvery.multipliedBy(3)))) {
            throw new PlatformException(
                    ErrorCode.SERVICE_UNAVAILABLE, "the resources could not be read since " + lastListed);
        }
        Feed.Subscription current = subscription;
        if (current == null) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "changes of resources are not followed");
        }
        current.check();
    }

    /// Tells everyone; what cannot be told now is told later, and a deletion also ends the kept announcement.
    ///
    /// @param resource null when it was deleted
    void announce(ResourceKey key, long revision, @Nullable Resource resource) {
        var change = new ResourceChange(
                key.kind().label(), key.name(), revision, resource == null ? null : text(key.kind(), resource));
        try {
            send(change);
        } catch (PlatformException e) {
            unannounced.merge(change.key(), change, (a, b) -> a.revision() > b.revision() ? a : b);
            LOGGER.atWarn()
                    .addKeyValue("resource", key)
                    .addKeyValue("error", e.getMessage())
                    .log("a change was stored but not announced, trying again");
        }
    }

    /// Waits that long, or until closed.
    void pause(Duration time) {
        try {
            var _ = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        Feed.Subscription current = subscription;
        if (current != null) {
            current.close();
        }
    }

    private void run() {
        int failures = 0;
        while (closed.getCount() > 0) {
            try {
                boolean isFollowing = follow();
                repair();
                boolean isAnnounced = announceAgain();
                failures = isFollowing && isAnnounced ? 0 : failures + 1;
            } catch (RuntimeException e) {
                failures++;
                LOGGER.atWarn()
                        .addKeyValue("error", e.getMessage())
                        .setCause(e instanceof PlatformException ? null : e)
                        .log("resources could not be read, trying again");
            }
            if (Thread.interrupted()) {
                return;
            }
            pauseQuietly(failures == 0 ? repairEvery : RETRY.after(failures, ThreadLocalRandom.current()));
        }
    }

    private void pauseQuietly(Duration time) {
        try {
            var _ = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            closed.countDown();
        }
    }

    /// Follows from the end before anything is listed, so that no change falls between the two.
    private boolean follow() {
        Feed.Subscription current = subscription;
        try {
            if (current != null) {
                current.check();
                return true;
            }
            Feed.Subscription started = feed.follow(new Feed.Start.End(), this::onAnnouncement);
            subscription = started;
            await(started.caughtUp().toCompletableFuture(), FOLLOW_WITHIN);
            return true;
        } catch (RuntimeException e) {
            Feed.Subscription broken = subscription;
            subscription = null;
            if (broken != null) {
                broken.close();
            }
            LOGGER.atWarn().addKeyValue("error", e.getMessage()).log("changes of resources cannot be followed now");
            return false;
        }
    }

    private void onAnnouncement(String key, @Nullable ResourceChange change) {
        if (change == null) {
            return;
        }
        ResourceKind.ofLabel(change.kind()).ifPresent(kind -> {
            String document = change.document();
            Resource resource = document == null ? null : kind.decode(document.getBytes(StandardCharsets.UTF_8));
            view.apply(ResourceKey.of(kind, change.name()), change.revision(), resource, null);
        });
    }

    private void repair() {
        Map<ResourceKey, Long> before = view.live();
        var unlisted = new HashMap<ObjectLocation, ResourceKey>();
        before.keySet().forEach(key -> unlisted.put(documents.location(key.kind(), key.name()), key));
        for (Listed listed : documents.list()) {
            ResourceKey key = unlisted.remove(listed.location());
            if (key == null || !view.hasSeen(key, listed.etag())) {
                refresh(listed);
            }
        }
        unlisted.values().forEach(key -> view.vanish(key, before.getOrDefault(key, 0L)));
        view.forgetDeletionsBelow(clock.instant().minus(KEEP_DELETIONS).toEpochMilli());
        lastListed = clock.instant();
        loaded.countDown();
    }

    private void refresh(Listed listed) {
        try {
            documents
                    .read(listed.kind(), listed.location())
                    .ifPresent(stored -> view.apply(
                            ResourceKey.of(listed.kind(), stored.resource().name()),
                            stored.resource().revision(),
                            stored.resource(),
                            stored.etag()));
        } catch (PlatformException e) {
            if (e.code().isTransient()) {
                throw e;
            }
            LOGGER.atError()
                    .addKeyValue("key", listed.location().key())
                    .addKeyValue("error", e.getMessage())
                    .log("a resource document cannot be read, ignored");
        }
    }

    private boolean announceAgain() {
        for (ResourceChange change : List.copyOf(unannounced.values())) {
            try {
                send(change);
                unannounced.remove(change.key(), change);
            } catch (PlatformException _) {
                return false;
            }
        }
        return true;
    }

    private void send(ResourceChange change) {
        await(feed.publish(change.key(), change).toCompletableFuture(), ANNOUNCE_WITHIN);
        if (change.document() == null) {
            await(feed.publish(change.key(), null).toCompletableFuture(), ANNOUNCE_WITHIN);
        }
    }

    private static void await(Future<?> stage, Duration within) {
        try {
            stage.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the feed of resources did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "interrupted", e);
        }
    }

    private static <R extends Resource> String text(ResourceKind<R> kind, Resource resource) {
        return new String(kind.encode(kind.cast(resource)), StandardCharsets.UTF_8);
    }
}
