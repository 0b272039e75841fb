package dev.millrace.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an alarm says, and since when.
///
/// @param reason for people
/// @param reasonData the same for programs, as JSON; null where it was not given
/// @param previous the value before the last change of it; null when there was none
/// @param updatedAt of the last change of anything here
/// @param transitionedAt of the last change of the value
public record AlarmState(
        Value value,
        String reason,
        @Nullable String reasonData,
        @Nullable Value previous,
        Instant updatedAt,
        Instant transitionedAt) {
    private static final String INITIAL = "Unchecked: Initial alarm creation";

    /// In CloudWatch's words.
    public enum Value {
        OK,
        ALARM,
        INSUFFICIENT_DATA
    }

    /// Of an alarm that nobody has looked at.
    public static AlarmState initial(Instant at) {
        return new AlarmState(Value.INSUFFICIENT_DATA, INITIAL, null, null, at, at);
    }

    /// The state after an evaluation; the time of the transition stays when the value does.
    public AlarmState to(Value newValue, String newReason, @Nullable String newReasonData, Instant at) {
        boolean isSame = newValue == value;
        return new AlarmState(
                newValue, newReason, newReasonData, isSame ? previous : value, at, isSame ? transitionedAt : at);
    }
}
