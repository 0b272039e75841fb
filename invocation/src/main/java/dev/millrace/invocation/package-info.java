/// What flows through Millrace: ids, locations, requests, outcomes and events, with their limits and error
/// codes.
///
/// Depends on the JDK only. Ports are in `port`, wire formats in `codec`.
@NullMarked
package dev.millrace.invocation;

import org.jspecify.annotations.NullMarked;
