/// How requests, events, replies and fleet documents look on the wire: versioned, ignoring fields they do not
/// know.
@NullMarked
package dev.millrace.invocation.codec;

import org.jspecify.annotations.NullMarked;
