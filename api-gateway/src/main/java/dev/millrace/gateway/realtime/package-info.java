/// Calls whose caller waits: the same queue's real-time lane, with a reply.
@NullMarked
package dev.millrace.gateway.realtime;

import org.jspecify.annotations.NullMarked;
