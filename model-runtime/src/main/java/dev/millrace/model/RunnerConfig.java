package dev.millrace.model;

import dev.millrace.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/// How a model is run.
///
/// @param threads runs at once, each on one core
/// @param maxBatchRows the most rows that requests are put together to; 1 turns batching off
/// @param maxBatchDelay how long the first request of a batch waits for others; without it, only those that
///     wait already are taken
/// @param maxBatchTime a batch is kept so small that it should not run longer than this, so that nobody who
///     waits is held up by a slow model's batch
/// @param maxWaiting requests that may wait before more are refused
/// @param maxTensorBytes the most that one input of one request may take in memory
/// @param sliceBytes how much of a large input is read at once
public record RunnerConfig(
        int threads,
        int maxBatchRows,
        Duration maxBatchDelay,
        Duration maxBatchTime,
        int maxWaiting,
        int maxTensorBytes,
        int sliceBytes) {
    private static final RunnerConfig DEFAULT =
            new RunnerConfig(1, 32, Duration.ZERO, Duration.ofMillis(10), 1_024, 256 << 20, 4 << 20);

    public RunnerConfig {
        require(threads >= 1, "threads", threads, "at least 1");
        require(maxBatchRows >= 1, "model.max-batch-rows", maxBatchRows, "at least 1");
        require(!maxBatchDelay.isNegative(), "model.max-batch-delay", maxBatchDelay, "zero or more");
        require(maxBatchTime.isPositive(), "model.max-batch-time", maxBatchTime, "above zero");
        require(maxWaiting >= 1, "model.max-waiting", maxWaiting, "at least 1");
        require(maxTensorBytes >= 1 << 16, "model.max-tensor-bytes", maxTensorBytes, "at least 65536");
        require(sliceBytes >= 1 << 10, "model.slice-bytes", sliceBytes, "at least 1024");
    }

    public static RunnerConfig ofThreads(int threads) {
        return DEFAULT.withThreads(threads);
    }

    public static RunnerConfig from(Settings settings, int threads) {
        return new RunnerConfig(
                threads,
                settings.get("model.max-batch-rows", DEFAULT.maxBatchRows, Integer::parseInt),
                settings.get("model.max-batch-delay", DEFAULT.maxBatchDelay, Duration::parse),
                settings.get("model.max-batch-time", DEFAULT.maxBatchTime, Duration::parse),
                settings.get("model.max-waiting", DEFAULT.maxWaiting, Integer::parseInt),
                settings.get("model.max-tensor-bytes", DEFAULT.maxTensorBytes, Integer::parseInt),
                settings.get("model.slice-bytes", DEFAULT.sliceBytes, Integer::parseInt));
    }

    public RunnerConfig withThreads(int count) {
        return new RunnerConfig(
                count, maxBatchRows, maxBatchDelay, maxBatchTime, maxWaiting, maxTensorBytes, sliceBytes);
    }

    /// What the environment that a user gave the model changes: `MILLRACE_MAX_BATCH_ROWS` and
    /// `MILLRACE_MAX_BATCH_DELAY_MS`.
    ///
    /// @throws IllegalArgumentException that names the variable
    public RunnerConfig overriddenBy(Map<String, String> environment) {
        return new RunnerConfig(
                threads,
                value(environment, "MILLRACE_MAX_BATCH_ROWS", maxBatchRows, Integer::parseInt),
                value(
                        environment,
                        "MILLRACE_MAX_BATCH_DELAY_MS",
                        maxBatchDelay,
                        text -> Duration.ofMillis(Integer.parseInt(text))),
                maxBatchTime,
                maxWaiting,
                maxTensorBytes,
                sliceBytes);
    }

    private static <T> T value(Map<String, String> environment, String name, T byDefault, Function<String, T> parse) {
        String text = environment.get(name);
        try {
            return text == null ? byDefault : parse.apply(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a whole number)", e);
        }
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
