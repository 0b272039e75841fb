package dev.millrace.invocation.port;

import dev.millrace.invocation.ObjectLocation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the store says of an object.
///
/// @param etag without quotes
/// @param contentType null in listings
/// @param invocationId the id of the invocation that wrote it, or null when none did; null in listings
public record ObjectInfo(
        ObjectLocation location,
        long size,
        String etag,
        Instant lastModified,
        @Nullable String contentType,
        @Nullable String invocationId) {}
