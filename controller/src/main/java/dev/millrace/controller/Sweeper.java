package dev.millrace.controller;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UnfinishedUpload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes payloads that the platform stored and that are older than their retention: inputs of finished
/// calls, kept inputs of failed ones, replies, and uploads whose call was never accepted. Gives up what was begun in
/// the
/// platform's bucket more than a day ago and never completed, by a gateway or worker that died: the parts of such
/// uploads
/// take room, and only some stores clear them away by themselves.
final class Sweeper {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sweeper.class);
    private static final int PAGE = 1_000;

    /// Longer than any upload and any run takes.
    private static final Duration UNFINISHED = Duration.ofDays(1);

    private final ObjectStore store;
    private final PlatformObjects objects;
    private final Duration retention;
    private final InstantSource clock;

    Sweeper(ObjectStore store, PlatformObjects objects, Duration retention, InstantSource clock) {
        this.store = store;
        this.objects = objects;
        this.retention = retention;
        this.clock = clock;
    }

    /// Goes through the payloads, oldest first, until one is young enough to stay; ids sort by time.
    ///
    /// @return how many were deleted
    int sweep() throws InterruptedException {
        Instant oldest = clock.instant().minus(retention);
        int deleted = 0;
        String after = "";
        while (true) {
            List<ObjectInfo> page = store.list(objects.bucket(), PlatformObjects.PAYLOADS, after);
            for (ObjectInfo object : page) {
                if (acceptedAfter(object, oldest)) {
                    return done(deleted);
                }
                if (object.lastModified().isBefore(oldest)) {
                    store.delete(object.location());
                    deleted++;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            if (page.size() < PAGE) {
                return done(deleted);
            }
            after = page.getLast().location().key();
        }
    }

    /// @return how many uploads were given up
    int abortUnfinished() throws InterruptedException {
        List<UnfinishedUpload> left =
                store.unfinishedUploads(objects.bucket(), "", clock.instant().minus(UNFINISHED));
        for (UnfinishedUpload upload : left) {
            store.abort(upload);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        if (!left.isEmpty()) {
            LOGGER.atInfo().addKeyValue("uploads", left.size()).log("unfinished uploads given up");
        }
        return left.size();
    }

    private static boolean acceptedAfter(ObjectInfo object, Instant time) {
        String name = object.location().key().substring(PlatformObjects.PAYLOADS.length());
        int slash = name.indexOf('/');
        Optional<InvocationId> id = slash < 0 ? Optional.empty() : InvocationId.find(name.substring(0, slash));
        return id.filter(each -> each.value().version() == 7)
                .filter(each -> each.timestamp().isAfter(time))
                .isPresent();
    }

    private static int done(int deleted) {
        if (deleted > 0) {
            LOGGER.atInfo().addKeyValue("objects", deleted).log("old payloads deleted");
        }
        return deleted;
    }
}
