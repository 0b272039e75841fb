package dev.millrace.testkit;

import java.time.Duration;

/// What a [HttpFaultProxy] does to one request.
public sealed interface HttpFault {
    /// The server never sees the request; the proxy answers with the status and an S3 error document.
    record Status(int status) implements HttpFault {}

    /// The answer's head is whole, of its body only this part arrives, then the connection is reset.
    ///
    /// @param fraction 0 to 1
    record TruncateBody(double fraction) implements HttpFault {}

    /// The server does the work and the client never hears of it: the connection is reset.
    record DropAnswer() implements HttpFault {}

    /// The server never sees the request: the connection is reset.
    record DropRequest() implements HttpFault {}

    /// The request waits before it is passed on.
    record Latency(Duration delay) implements HttpFault {}

    /// The request waits for ever, until the faults are cleared or the proxy is closed; then it is dropped.
    record Hang() implements HttpFault {}
}
