package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.runtime.Threads;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/// Asks a store, once at start, for what everything else rests on: that of several conditional writes one
/// wins, and that metadata is kept. Some stores say that they do and do not.
public final class StoreSelfCheck {
    private static final int WRITERS = 8;
    private static final int ROUNDS = 4;

    private final ObjectStore store;
    private final BucketName bucket;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param bucket exists; the check's objects are under `self-check/` and removed
    public StoreSelfCheck(ObjectStore store, BucketName bucket, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.bucket = bucket;
        this.clock = clock;
        this.random = random;
    }

    /// @throws PlatformException `INTERNAL_FAILURE` when the store is not fit; `SERVICE_UNAVAILABLE` when
    ///     it does not answer
    public void run() {
        for (int round = 0; round < ROUNDS; round++) {
            InvocationId id = InvocationId.create(clock, random);
            var at = new ObjectLocation(bucket, "self-check/" + id);
            try {
                race("If-None-Match: *", at, id, WriteCondition.IF_ABSENT);
                ObjectInfo info = store.head(at).orElseThrow(() -> unfit("an object just written is not there"));
                if (!id.toString().equals(info.invocationId())) {
                    throw unfit("it does not keep metadata (the file system may lack extended attributes)");
                }
                race("If-Match", at, id, new WriteCondition.IfMatch(info.etag()));
            } finally {
                store.delete(at);
            }
        }
    }

    private void race(String kind, ObjectLocation at, InvocationId id, WriteCondition condition) {
        var attributes = new ObjectAttributes("text/plain", id);
        List<Callable<WriteResult>> writes = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            Payload body = Payload.ofUtf8(kind + " writer " + writer);
            writes.add(() -> store.put(at, body, attributes, condition));
        }
        long winners = 0;
        try (var threads = Executors.newThreadPerTaskExecutor(Threads.virtual("store-self-check"))) {
            for (var write : threads.invokeAll(writes)) {
                winners += write.get() instanceof WriteResult.Written ? 1 : 0;
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PlatformException cause ? cause : unfit(kind + ": " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: interrupted", e);
        }
        if (winners != 1) {
            throw unfit("of " + WRITERS + " writes with " + kind + ", " + winners + " won (expected: 1)");
        }
    }

    private static PlatformException unfit(String why) {
        return new PlatformException(ErrorCode.INTERNAL_FAILURE, "the store cannot be used: " + why);
    }
}
