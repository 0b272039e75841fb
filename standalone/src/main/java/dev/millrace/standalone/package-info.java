/// The all-in-one and the `millrace` command line.
///
/// Runs gateway, notifier, controller and one worker host in this process, the broker and the store as child
/// processes.
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
