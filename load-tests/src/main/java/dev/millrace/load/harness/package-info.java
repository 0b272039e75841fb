/// A whole system of real processes to load and to break: the all-in-one as users start it, or every process
/// apart as
/// compose starts them.
///
/// Every process that is started here is known by its id, and only such processes are ever stopped.
@NullMarked
package dev.millrace.load.harness;

import org.jspecify.annotations.NullMarked;
