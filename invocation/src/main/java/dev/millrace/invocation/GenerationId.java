package dev.millrace.invocation;

import java.util.regex.Pattern;

/// One deployment of an endpoint: an update makes a new one, and so does creating a deleted endpoint again.
public record GenerationId(String value) implements Comparable<GenerationId> {
    private static final Pattern PATTERN = Pattern.compile("[a-z0-9]+");

    public GenerationId {
        if (value.length() > 16 || !PATTERN.matcher(value).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "generation: not of the form " + PATTERN + ", or longer than 16 characters");
        }
    }

    @Override
    public int compareTo(GenerationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
