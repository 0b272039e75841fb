package dev.millrace.gateway.http;

import io.vertx.core.Future;

/// Answers one kind of request.
@FunctionalInterface
interface Route {
    /// Called on the request's event loop with its body not yet read. May throw what the future may fail with.
    Future<Answer> handle(Exchange exchange);
}
