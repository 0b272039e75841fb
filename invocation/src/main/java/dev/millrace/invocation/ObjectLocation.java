package dev.millrace.invocation;

import java.nio.charset.StandardCharsets;

/// Where an object is: `s3://bucket/key`.
///
/// @param key 1 to 1,024 bytes of UTF-8 with no control characters; no segment is `.`, `..` or empty, so that
///     a store
///     that keeps objects in folders cannot be led out of its root
public record ObjectLocation(BucketName bucket, String key) {
    private static final String SCHEME = "s3://";
    private static final int MAX_KEY_BYTES = 1024;

    public ObjectLocation {
        checkKey(key);
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the text is not `s3://bucket/key`
    public static ObjectLocation parse(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw invalid("location: only s3://bucket/key is accepted");
        }
        int slash = uri.indexOf('/', SCHEME.length());
        if (slash < 0 || slash == uri.length() - 1) {
            throw invalid("location: s3://bucket/key needs a bucket and a key");
        }
        return new ObjectLocation(new BucketName(uri.substring(SCHEME.length(), slash)), uri.substring(slash + 1));
    }

    /// The object of that name below this one, taken as a prefix.
    public ObjectLocation resolve(String name) {
        return new ObjectLocation(bucket, key + "/" + name);
    }

    public String uri() {
        return SCHEME + bucket + "/" + key;
    }

    @Override
    public String toString() {
        return uri();
    }

    private static void checkKey(String key) {
        if (!isPlain(key)) {
            checkText(key);
        }
        for (int from = 0; from <= key.length(); ) {
            int slash = key.indexOf('/', from);
            int end = slash < 0 ? key.length() : slash;
            int length = end - from;
            boolean isDots = (length == 1 || length == 2) && "..".startsWith(key.substring(from, end));
            if (length == 0 || isDots) {
                throw invalid("object key: a segment is empty, '.' or '..'");
            }
            from = end + 1;
        }
        if (key.indexOf('\\') >= 0) {
            throw invalid("object key: holds a backslash");
        }
    }

    /// Whether the key is short and of printable ASCII, as nearly all are: every event names several of them.
    private static boolean isPlain(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY_BYTES) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) < ' ' || key.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static void checkText(String key) {
        if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw invalid("object key: " + key.length() + " characters (expected: 1 to 1024 bytes)");
        }
        if (key.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw invalid("object key: holds a control character or is not valid Unicode");
        }
    }

    private static PlatformException invalid(String message) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, message);
    }
}
