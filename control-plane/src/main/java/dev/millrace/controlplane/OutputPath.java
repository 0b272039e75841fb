package dev.millrace.controlplane;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;

/// A bucket, or a prefix in one, below which objects are written: `s3://bucket` or `s3://bucket/prefix`.
///
/// @param prefix without a slash at its end; empty for the bucket itself
public record OutputPath(BucketName bucket, String prefix) {
    private static final String SCHEME = "s3://";

    public OutputPath {
        if (!prefix.isEmpty()) {
            var _ = new ObjectLocation(bucket, prefix);
        }
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the text is not of that form
    public static OutputPath parse(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "location: only s3://bucket/prefix is accepted");
        }
        String rest = uri.endsWith("/") && uri.length() > SCHEME.length()
                ? uri.substring(SCHEME.length(), uri.length() - 1)
                : uri.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        return slash < 0
                ? new OutputPath(new BucketName(rest), "")
                : new OutputPath(new BucketName(rest.substring(0, slash)), prefixOf(rest, slash));
    }

    /// The object of that name below this path.
    public ObjectLocation resolve(String name) {
        return new ObjectLocation(bucket, prefix.isEmpty() ? name : prefix + "/" + name);
    }

    public String uri() {
        return SCHEME + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    private static String prefixOf(String rest, int slash) {
        String prefix = rest.substring(slash + 1);
        if (prefix.isEmpty()) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "location: an empty segment in the prefix");
        }
        return prefix;
    }
}
