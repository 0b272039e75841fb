package dev.millrace.load.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Callers that make one call after the other, each on a thread of its own, for a given time.
public final class ClosedLoop {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;
    private static final double MILLI = 1e6;
    /// Callers may be native code; only what is used of a stack takes memory.
    private static final long STACK_BYTES = 16L << 20;

    private ClosedLoop() {}

    /// One caller; opened, used and closed by its own thread.
    public interface Caller extends AutoCloseable {
        /// @param n counts this caller's calls from 0
        void call(int n) throws Exception;

        @Override
        default void close() throws IOException {}
    }

    /// Makes the callers.
    @FunctionalInterface
    public interface Callers {
        /// @param index from 0
        Caller open(int index) throws Exception;
    }

    /// What was measured after the warm-up.
    ///
    /// @param latencies in nanoseconds
    /// @param took from the end of the warm-up to the end of the last call
    /// @param ownCores how many cores this process kept busy meanwhile
    public record Taken(Histogram latencies, Duration took, double ownCores) {
        public long count() {
            return latencies.getTotalCount();
        }

        public double perSecond() {
            return count() / (took.toNanos() / 1e9);
        }

        /// @param percentile from 0 to 100
        public double millis(double percentile) {
            return latencies.getValueAtPercentile(percentile) / MILLI;
        }
    }

    /// Runs the callers through both times and returns what they took after the first.
    ///
    /// @throws IllegalStateException with the first failure of a call, which ends the loop
    public static Taken run(int callers, Duration warmUp, Duration measured, Callers make) throws InterruptedException {
        long start = System.nanoTime();
        long from = start + warmUp.toNanos();
        long end = from + measured.toNanos();
        var failure = new AtomicReference<@Nullable Exception>();
        var threads = new ArrayList<Thread>();
        var all = new ArrayList<Histogram>();
        for (int i = 0; i < callers; i++) {
            int index = i;
            var own = new Histogram(1, LONGEST, DIGITS);
            all.add(own);
            threads.add(Thread.ofPlatform()
                    .name("caller-" + i)
                    .stackSize(STACK_BYTES)
                    .start(() -> {
                        try (Caller caller = make.open(index)) {
                            loop(caller, from, end, own, failure);
                        } catch (Exception e) {
                            failure.compareAndSet(null, e);
                        }
                    }));
        }
        long cpu = join(threads, from);
        var took = Duration.ofNanos(System.nanoTime() - from);
        if (failure.get() != null) {
            throw new IllegalStateException("a call failed: " + failure.get(), failure.get());
        }
        var sum = new Histogram(1, LONGEST, DIGITS);
        all.forEach(sum::add);
        return new Taken(sum, took, cpu / (double) took.toNanos());
    }

    private static void loop(
            Caller caller, long from, long end, Histogram latencies, AtomicReference<@Nullable Exception> failure)
            throws Exception {
        int n = 0;
        long before = System.nanoTime();
        while (before < end && failure.get() == null) {
            caller.call(n);
            n++;
            long after = System.nanoTime();
            if (before >= from) {
                latencies.recordValue(Math.min(after - before, LONGEST));
            }
            before = after;
        }
    }

    private static long join(List<Thread> threads, long from) throws InterruptedException {
        try {
            TimeUnit.NANOSECONDS.sleep(from - System.nanoTime());
            long before = cpuNanos();
            for (Thread thread : threads) {
                thread.join();
            }
            return cpuNanos() - before;
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
