/// Step 1 to 3 of the flow without HTTP: checks a call, stores its input, claims its idempotency key, queues it
/// and publishes that it was accepted.
///
/// The HTTP routes and the Kafka intake both come through here. Knows the ports only.
@NullMarked
package dev.millrace.gateway.accept;

import org.jspecify.annotations.NullMarked;
