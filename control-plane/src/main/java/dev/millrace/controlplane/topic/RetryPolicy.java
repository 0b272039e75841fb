package dev.millrace.controlplane.topic;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// SNS's `healthyRetryPolicy`: retries at once, then after the least delay, then with growing delays, then
/// after the greatest one. Delays are in seconds.
///
/// @param numRetries in all four phases
public record RetryPolicy(
        int minDelayTarget,
        int maxDelayTarget,
        int numRetries,
        int numNoDelayRetries,
        int numMinDelayRetries,
        int numMaxDelayRetries,
        BackoffFunction backoffFunction) {
    /// How the delays of the third phase grow from the least to the greatest, each steeper than the one before.
    public enum BackoffFunction {
        LINEAR,
        ARITHMETIC,
        GEOMETRIC,
        EXPONENTIAL
    }

    static final int MAX_TOTAL_SECONDS = 3_600;

    /// After the n-th failed attempt, counted from 1; empty when there is no further one.
    public Optional<Duration> delayAfter(int failures) {
        if (failures > numRetries) {
            return Optional.empty();
        }
        int growing = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
        int rest = failures - 1 - numNoDelayRetries;
        if (rest < 0) {
            return Optional.of(Duration.ZERO);
        }
        rest -= numMinDelayRetries;
        if (rest < 0) {
            return Optional.of(Duration.ofSeconds(minDelayTarget));
        }
        return Optional.of(
                rest < growing
                        ? Duration.ofMillis(Math.round(1_000 * growing(rest, growing)))
                        : Duration.ofSeconds(maxDelayTarget));
    }

    /// @param step from 0
    private double growing(int step, int steps) {
        if (steps == 1) {
            return minDelayTarget;
        }
        double part = (double) step / (steps - 1);
        double width = maxDelayTarget - minDelayTarget;
        return switch (backoffFunction) {
            case LINEAR -> minDelayTarget + width * part;
            case ARITHMETIC -> minDelayTarget + width * part * part;
            case GEOMETRIC -> minDelayTarget * Math.pow((double) maxDelayTarget / minDelayTarget, part);
            case EXPONENTIAL ->
                minDelayTarget + width * (Math.pow(2, step) - 1) / (Math.pow(2, (double) steps - 1) - 1);
        };
    }

    /// What is wrong with it, or empty.
    Optional<String> problem() {
        if (minDelayTarget > maxDelayTarget) {
            return Optional.of("maxDelayTarget must be greater than or equal to minDelayTarget");
        }
        if ((long) numNoDelayRetries + numMinDelayRetries + numMaxDelayRetries > numRetries) {
            return Optional.of("numRetries must be greater than or equal to the sum of numNoDelayRetries,"
                    + " numMinDelayRetries and numMaxDelayRetries");
        }
        long total = IntStream.rangeClosed(1, numRetries)
                .mapToLong(each -> delayAfter(each).orElse(Duration.ZERO).toSeconds())
                .sum();
        return total > MAX_TOTAL_SECONDS
                ? Optional.of("the retries take " + total + " seconds, more than " + MAX_TOTAL_SECONDS)
                : Optional.empty();
    }

    void writeTo(ObjectNode node) {
        node.put("minDelayTarget", minDelayTarget)
                .put("maxDelayTarget", maxDelayTarget)
                .put("numRetries", numRetries)
                .put("numMaxDelayRetries", numMaxDelayRetries)
                .put("numNoDelayRetries", numNoDelayRetries)
                .put("numMinDelayRetries", numMinDelayRetries)
                .put("backoffFunction", backoffFunction.name().toLowerCase(Locale.ROOT));
    }
}
