/// What became of asynchronous calls, read from the stream of events alone: so it survives restarts, and every
/// gateway tells the same.
@NullMarked
package dev.millrace.gateway.status;

import org.jspecify.annotations.NullMarked;
