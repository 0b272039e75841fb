package dev.millrace.embedded.store;

import dev.millrace.runtime.Secret;
import java.nio.file.Path;
import java.time.Duration;

/// @param data the folder that holds everything; one process at a time
/// @param port on 127.0.0.1, or 0 for a free one
/// @param fullPercent how full the volume may be before writes are refused
/// @param idleUpload how long a multipart upload may stand still before it is given up
/// @param maxRequests requests served at once; the others wait
public record EmbeddedStoreConfig(
        Path data,
        int port,
        String accessKey,
        Secret secretKey,
        int fullPercent,
        Duration idleUpload,
        int maxRequests) {
    public static final int DEFAULT_FULL_PERCENT = 90;
    public static final Duration DEFAULT_IDLE_UPLOAD = Duration.ofMinutes(15);
    public static final int DEFAULT_MAX_REQUESTS = 48;

    public EmbeddedStoreConfig {
        // S3Proxy's listings and multipart uploads silently break on a relative folder.
        data = data.toAbsolutePath().normalize();
        require(port >= 0 && port <= 65_535, "port: " + port + " (expected: 0 to 65535)");
        require(!accessKey.isBlank() && !secretKey.value().isBlank(), "access key and secret key: one is empty");
        require(fullPercent >= 1 && fullPercent <= 100, "full-percent: " + fullPercent + " (expected: 1 to 100)");
        require(idleUpload.isPositive(), "idle-upload: " + idleUpload + " (expected: more than 0)");
        require(maxRequests >= 8, "max-requests: " + maxRequests + " (expected: >= 8)");
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
