package dev.millrace.testkit.contract;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// A bucket of the contracts' own, fresh keys in it, and bytes to put there.
final class StoreFixture {
    static final BucketName BUCKET = new BucketName("millrace-contract");
    static final BucketName MISSING = new BucketName("millrace-contract-missing");
    static final long NO_LIMIT = 1L << 30;

    private final String prefix =
            "run-" + Long.toHexString(RandomGenerator.getDefault().nextLong()) + "/";
    private final AtomicInteger keys = new AtomicInteger();

    /// A location that no other test uses.
    ObjectLocation fresh() {
        return new ObjectLocation(BUCKET, prefix + keys.incrementAndGet() + "/object");
    }

    /// A prefix that no other test uses, ending in a slash.
    String freshPrefix() {
        return prefix + keys.incrementAndGet() + "/";
    }

    static InvocationId freshId() {
        return InvocationId.create(InstantSource.system(), RandomGenerator.getDefault());
    }

    static ObjectAttributes attributes(InvocationId id) {
        return new ObjectAttributes("application/octet-stream", id);
    }

    /// The same bytes for the same seed.
    static byte[] bytes(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Payload payload(int length, long seed) {
        return Payload.of(bytes(length, seed));
    }

    static byte[] readAll(InputStream in) {
        try (in) {
            var all = new ByteArrayOutputStream();
            in.transferTo(all);
            return all.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs the calls at once, each on a virtual thread.
    static <T> List<T> atOnce(int count, IntFunction<Callable<T>> call) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                calls.add(call.apply(i));
            }
            List<T> results = new ArrayList<>();
            for (var future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("one of the calls failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static long winners(List<WriteResult> results) {
        return results.stream().filter(WriteResult.Written.class::isInstance).count();
    }
}
