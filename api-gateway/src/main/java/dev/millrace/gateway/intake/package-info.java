/// Step 1 of the flow for Kafka producers: records of intake topics become calls, accepted as those over HTTP
/// are.
///
/// The `queue` module reads, commits and writes the dead letters; here is only what a record means.
@NullMarked
package dev.millrace.gateway.intake;

import org.jspecify.annotations.NullMarked;
