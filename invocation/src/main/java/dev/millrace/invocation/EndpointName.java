package dev.millrace.invocation;

import java.util.regex.Pattern;

/// The name of a deployed endpoint, in the API's own grammar; safe in paths, topic names and object keys.
public record EndpointName(String value) implements Comparable<EndpointName> {
    private static final Pattern PATTERN = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9])*");

    public EndpointName {
        if (value.length() > 63 || !PATTERN.matcher(value).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "EndpointName: not of the form " + PATTERN + ", or longer than 63 characters");
        }
    }

    @Override
    public int compareTo(EndpointName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
