/// What tests of every module share: real servers as child processes, faults in front of them, a receiver of
/// webhooks,
/// small trained models.
///
/// Depends on `invocation` and `service-runtime` only. The servers' libraries are never on a test's class
/// path: their
/// modules are built before this one and started by the class path that their build wrote.
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
