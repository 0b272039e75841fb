package dev.millrace.controlplane.shape;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is wrong with one request, in the API's words. Used by one thread.
final class Problems {
    private static final int MAX_SHOWN = 10;
    private static final int MAX_VALUE = 256;

    private final List<String> constraints = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    /// @param value as text, or null when the member is missing
    void constraint(@Nullable String value, String path, String expectation) {
        constraints.add("Value " + (value == null ? "null" : "'" + shortened(value) + "'") + " at '" + path
                + "' failed to satisfy constraint: " + expectation);
    }

    void refusal(String path, String feature) {
        refusals.add("'" + path + "': " + feature + " not supported yet.");
    }

    void rule(String path, String message) {
        broken.add(path.isEmpty() ? message : "'" + path + "': " + message);
    }

    boolean areNone() {
        return constraints.isEmpty() && refusals.isEmpty();
    }

    /// @throws PlatformException `VALIDATION_ERROR` when there are any
    void throwIfAny() {
        if (!constraints.isEmpty()) {
            int count = constraints.size();
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    count
                            + (count == 1 ? " validation error detected: " : " validation errors detected: ")
                            + joined(constraints, "; "));
        }
        if (!refusals.isEmpty()) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, joined(refusals, " "));
        }
        if (!broken.isEmpty()) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, joined(broken, " "));
        }
    }

    private static String joined(List<String> texts, String separator) {
        return String.join(separator, texts.subList(0, Math.min(texts.size(), MAX_SHOWN)));
    }

    private static String shortened(String value) {
        return value.length() <= MAX_VALUE
                ? value
                : value.substring(0, value.offsetByCodePoints(0, MAX_VALUE / 2)) + "…";
    }
}
