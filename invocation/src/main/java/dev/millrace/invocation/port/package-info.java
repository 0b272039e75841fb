/// The ports between the steps of the data flow; their adapters live in the modules that see the libraries.
///
/// Every method that does I/O is blocking and interruptible, unless it returns a stage. A dependency that is
/// out of
/// reach or slow is a [dev.millrace.invocation.PlatformException] with `SERVICE_UNAVAILABLE`; each port has a
/// contract
/// suite in `testkit` that every adapter passes.
@NullMarked
package dev.millrace.invocation.port;

import org.jspecify.annotations.NullMarked;
