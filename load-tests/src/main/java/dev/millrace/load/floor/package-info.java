/// The floors: what model, broker, store and JVM do alone on this machine, with as little around them as possible.
///
/// What Millrace takes is judged as a ratio to these, taken in the same run. Nothing here knows Millrace.
@NullMarked
package dev.millrace.load.floor;

import org.jspecify.annotations.NullMarked;
