/// An S3 server for one machine: S3Proxy over a folder, made durable and safe to race on.
///
/// S3 requests come in; files leave. Runs as a process of its own and knows nothing of inference.
@NullMarked
package dev.millrace.embedded.store;

import org.jspecify.annotations.NullMarked;
