/// What clients, webhook receivers and checkers saw of a run, and the program that says whether the promises
/// held.
///
/// Knows nothing of how a run is made or which fault it had.
@NullMarked
package dev.millrace.load.history;

import org.jspecify.annotations.NullMarked;
