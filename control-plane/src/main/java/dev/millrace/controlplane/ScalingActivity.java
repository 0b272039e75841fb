package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One thing that Application Auto Scaling did to a target, or did not do and why.
///
/// @param id the same when the same thing is written down twice
/// @param details for people, or null
/// @param change what a policy did, or null when no policy did it
/// @param notScaled why nothing was done, or null when something was
public record ScalingActivity(
        String id,
        Instant startTime,
        Instant endTime,
        String description,
        String cause,
        StatusCode statusCode,
        @Nullable String statusMessage,
        @Nullable String details,
        @Nullable PolicyChange change,
        @Nullable NotScaled notScaled) {
    public enum StatusCode {
        SUCCESSFUL("Successful"),
        FAILED("Failed");

        private final String wireName;

        StatusCode(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /// What cooldowns count from.
    ///
    /// @param base the capacity that a further scale-out counts from while the cooldown lasts: what
    ///     there was before the first change of the cooldown
    /// @param from the capacity before
    /// @param to the capacity after
    /// @param cooldownSeconds of the policy in this direction at that time
    public record PolicyChange(String policyArn, int base, int from, int to, int cooldownSeconds) {
        public boolean isScaleOut() {
            return to > from;
        }
    }

    /// @param code one of the API's words
    public record NotScaled(String code, int minCapacity, int maxCapacity, int currentCapacity) {}

    /// Whether it says the same as another one, at another time.
    public boolean repeats(ScalingActivity other) {
        return cause.equals(other.cause)
                && description.equals(other.description)
                && Objects.equals(notScaled, other.notScaled);
    }
}
