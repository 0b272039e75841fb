/// Breaks a running system in every way that must lose nothing, and reports what was lost.
///
/// A [dev.millrace.load.faults.Scenario] puts load on the system and injects one kind of fault; the history
/// of what
/// clients, receivers and a checker saw decides.
@NullMarked
package dev.millrace.load.faults;

import org.jspecify.annotations.NullMarked;
