package dev.millrace.invocation;

import java.util.regex.Pattern;

/// The name of a production variant within its endpoint.
public record VariantName(String value) implements Comparable<VariantName> {
    private static final Pattern PATTERN = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9])*");

    public VariantName {
        if (value.length() > 63 || !PATTERN.matcher(value).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "VariantName: not of the form " + PATTERN + ", or longer than 63 characters");
        }
    }

    @Override
    public int compareTo(VariantName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
