/// Calls to addresses that users give: parsed once, resolved, checked, pinned, capped and timed.
///
/// Takes an address and a body, gives back how the other side answered or why it was not called. Knows
/// nothing of what is
/// sent, and follows no redirect.
@NullMarked
package dev.millrace.outbound;

import org.jspecify.annotations.NullMarked;
