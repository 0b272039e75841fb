/// The gateway process: step 1 to 3 of the flow, and everything that callers read.
///
/// HTTP comes in at `http`; a call is accepted by `accept` or waits in `realtime`; large bodies pass through
/// `upload`; what became of a call is in `status`. Only `kafka` and `intake` see the Kafka client.
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
