package dev.millrace.gateway.http;

import java.time.Duration;

/// What one HTTP connection may ask for before its content is looked at.
///
/// @param maxHeaderBytes of all headers of a request together
/// @param maxHeaders of a request
/// @param maxInitialLineBytes method, path and query
/// @param idleTimeout a connection on which nothing moves is closed; longer than the longest wait for an answer
/// @param maxConnections per event loop
public record HttpLimits(
        int maxHeaderBytes, int maxHeaders, int maxInitialLineBytes, Duration idleTimeout, int maxConnections) {
    public static final HttpLimits DEFAULT = new HttpLimits(16 << 10, 100, 8 << 10, Duration.ofSeconds(75), 10_000);

    public HttpLimits {
        if (idleTimeout.compareTo(Duration.ofSeconds(65)) < 0) {
            throw new IllegalArgumentException(
                    "gateway.idle-timeout: " + idleTimeout + " (expected: at least 65 s, callers wait up to 60)");
        }
    }
}
