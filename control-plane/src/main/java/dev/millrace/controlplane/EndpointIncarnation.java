package dev.millrace.controlplane;

import dev.millrace.runtime.Secret;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What notifications of a call need of its endpoint: names are given again, so an endpoint of one name may have been
/// several.
///
/// @param deletedAt when its deletion began, or null while it lives
/// @param asyncInference of the generation that served last, or null where it only answers in real time
public record EndpointIncarnation(
        Instant createdAt,
        @Nullable Instant deletedAt,
        Secret webhookSecret,
        @Nullable AsyncInferenceConfig asyncInference) {
    /// Clocks of gateways may differ by this. Below the time that a deletion takes, so that no call fits two.
    private static final Duration SKEW = Duration.ofSeconds(2);

    /// How long gateways that have not heard of a deletion yet may accept calls.
    private static final Duration LATE_CALLS = Duration.ofMinutes(1);

    /// As the endpoint is now.
    public static EndpointIncarnation of(EndpointResource endpoint) {
        AsyncInferenceConfig config = endpoint.generations().stream()
                .findFirst()
                .map(generation -> generation.config().asyncInference())
                .orElse(null);
        return new EndpointIncarnation(endpoint.createdAt(), null, endpoint.webhookSecret(), config);
    }

    EndpointIncarnation deleted(Instant at) {
        return new EndpointIncarnation(createdAt, at, webhookSecret, asyncInference);
    }

    /// Whether a call accepted then was a call of this one.
    public boolean accepted(Instant at) {
        return !createdAt.minus(SKEW).isAfter(at)
                && (deletedAt == null || !deletedAt.plus(LATE_CALLS).isBefore(at));
    }
}
