/// HTTP in: one server per event loop, one router, one mapping from failures to answers.
///
/// Handlers run on event loops: they start work and compose it, and never wait.
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
