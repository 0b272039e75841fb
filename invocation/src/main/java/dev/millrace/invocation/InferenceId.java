package dev.millrace.invocation;

import java.util.regex.Pattern;

/// The client's word for a call, equal to the invocation id when the client gives none.
///
/// SageMaker lets it repeat, so it is never a key or a path.
public record InferenceId(String value) implements Comparable<InferenceId> {
    private static final Pattern PATTERN = Pattern.compile("\\p{Graph}\\p{Print}*");

    public InferenceId {
        if (value.length() > 64 || !PATTERN.matcher(value).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "InferenceId: not of the form " + PATTERN + ", or longer than 64 characters");
        }
    }

    @Override
    public int compareTo(InferenceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
