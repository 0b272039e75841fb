package dev.millrace.embedded.store;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// A lock per object, so that checking a condition and writing are one step; some objects share one.
final class KeyLocks {
    private static final int COUNT = 1024;

    private final Lock[] locks =
            IntStream.range(0, COUNT).mapToObj(_ -> new ReentrantLock()).toArray(Lock[]::new);

    Lock of(String bucket, String key) {
        int hash = 31 * bucket.hashCode() + key.hashCode();
        return locks[(hash ^ (hash >>> 16)) & (COUNT - 1)];
    }
}
