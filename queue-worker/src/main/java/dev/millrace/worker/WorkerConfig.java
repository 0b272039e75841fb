package dev.millrace.worker;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;

/// How a worker behaves, whatever model it serves.
///
/// @param objects the platform's layout in its bucket
/// @param limits how large payloads may be and how they travel
/// @param cacheFolder artifacts, shared by the workers of a host
/// @param cacheBytes how much of them is kept
/// @param inMemoryBytes inputs up to this size are run whole; larger ones in slices where the format allows
/// @param killGrace how long after its invocation timeout a run may still end before the process does
/// @param drainTimeout how long a worker that was told to leave finishes what it holds
/// @param abandonTimeout the same when its host is gone or the machine stops
/// @param retry waits between tries while a dependency is in trouble
/// @param crashes how often a predecessor has crashed in a row; above zero the worker begins with one
///     record at a
///     time
public record WorkerConfig(
        PlatformObjects objects,
        PayloadLimits limits,
        Path cacheFolder,
        long cacheBytes,
        long inMemoryBytes,
        Duration killGrace,
        Duration drainTimeout,
        Duration abandonTimeout,
        Backoff retry,
        int crashes) {
    public static final Duration DEFAULT_KILL_GRACE = Duration.ofSeconds(2);
    /// The longest invocation timeout and a little more: what runs is finished.
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofMinutes(62);
    public static final Duration DEFAULT_ABANDON_TIMEOUT = Duration.ofSeconds(3);

    private static final Backoff DEFAULT_RETRY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private static final long DEFAULT_IN_MEMORY_BYTES = 16L << 20;
    private static final long DEFAULT_CACHE_BYTES = 20L << 30;

    public WorkerConfig {
        atLeast("worker.in-memory-bytes", inMemoryBytes, 1);
        atLeast("worker.cache-bytes", cacheBytes, 0);
        atLeast("worker.crashes", crashes, 0);
    }

    public static WorkerConfig from(Settings settings) {
        BucketName bucket = settings.get("platform.bucket", new BucketName("millrace"), BucketName::new);
        int inline = settings.get("payload.inline-bytes", PayloadLimits.DEFAULT.inlineBytes(), Integer::valueOf);
        long asynchronous =
                settings.get("payload.async-bytes", PayloadLimits.DEFAULT.asynchronousBytes(), SettingValues::bytes);
        long realTime =
                settings.get("payload.real-time-bytes", PayloadLimits.DEFAULT.realTimeBytes(), SettingValues::bytes);
        return new WorkerConfig(
                new PlatformObjects(bucket),
                new PayloadLimits(inline, asynchronous, realTime),
                settings.get("worker.cache-folder", Path.of("data", "artifacts"), Path::of),
                settings.get("worker.cache-bytes", DEFAULT_CACHE_BYTES, SettingValues::bytes),
                settings.get("worker.in-memory-bytes", DEFAULT_IN_MEMORY_BYTES, SettingValues::bytes),
                settings.get("worker.kill-grace", DEFAULT_KILL_GRACE, SettingValues::duration),
                settings.get("worker.drain-timeout", DEFAULT_DRAIN_TIMEOUT, SettingValues::duration),
                settings.get("worker.abandon-timeout", DEFAULT_ABANDON_TIMEOUT, SettingValues::duration),
                DEFAULT_RETRY,
                settings.get("worker.crashes", 0, Integer::valueOf));
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
