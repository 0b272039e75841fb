package dev.millrace.controlplane.shape;

import dev.millrace.controlplane.OutputPath;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import org.jspecify.annotations.Nullable;

/// The rules for places in the object store that users name.
///
/// @param platformBucket holds the platform's own objects: no user's data is read from or written to it
record UserLocations(BucketName platformBucket) {
    /// Which rule the value breaks, or null.
    @Nullable
    String violated(Shape.Form form, String value) {
        try {
            return switch (form) {
                case ANY -> null;
                case S3_OBJECT -> violated(ObjectLocation.parse(value).bucket());
                case S3_PREFIX -> violated(OutputPath.parse(value).bucket());
            };
        } catch (PlatformException e) {
            return value.startsWith("s3://")
                    ? "Member must name a place in a bucket: " + e.text()
                    : "Member must begin with s3://, the only form supported";
        }
    }

    private @Nullable String violated(BucketName bucket) {
        return bucket.equals(platformBucket) ? "Member must not name the platform's own bucket" : null;
    }
}
