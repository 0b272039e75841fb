package dev.millrace.invocation;

import java.util.regex.Pattern;

/// A bucket, in the S3 grammar (3 to 63 lower-case letters, digits, dots and hyphens), which some stores do
/// not check.
public record BucketName(String value) implements Comparable<BucketName> {
    private static final Pattern PATTERN =
            Pattern.compile("(?!xn--)[a-z0-9](?:[a-z0-9-]|\\.(?=[a-z0-9])){1,61}[a-z0-9]");
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

    public BucketName {
        if (value.length() > 63
                || !PATTERN.matcher(value).matches()
                || IP_ADDRESS.matcher(value).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "bucket: not of the form " + PATTERN + ", or longer than 63 characters");
        }
    }

    @Override
    public int compareTo(BucketName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
