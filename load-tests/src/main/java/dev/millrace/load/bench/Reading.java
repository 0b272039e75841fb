package dev.millrace.load.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was measured for one target.
///
/// @param work what was done
/// @param target what is to be reached, in words
/// @param floor what was taken in the same run to compare with; null when the measurement broke off
/// @param measured null when the measurement broke off
/// @param details further figures
/// @param problems what was wrong or lost
public record Reading(
        String work,
        String target,
        @Nullable Figure measured,
        @Nullable Figure floor,
        boolean isReached,
        List<Figure> details,
        List<String> problems) {
    public Reading {
        details = List.copyOf(details);
        problems = List.copyOf(problems);
    }

    static Reading brokenOff(String name, Exception cause) {
        Throwable reason = cause.getCause();
        String text = "broke off: " + cause + (reason == null ? "" : " (" + reason + ")");
        return new Reading(name, "", null, null, false, List.of(), List.of(text));
    }

    /// Whether nothing was wrong or lost, however long it took.
    boolean isRight() {
        return problems.isEmpty();
    }

    /// Measured to floor.
    double ratio() {
        return measured == null || floor == null ? Double.NaN : measured.value() / floor.value();
    }
}
