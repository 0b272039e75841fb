/// Process: terminal events in, signed deliveries out.
///
/// What is owed is written down before the event counts as read, and struck out after the receiver has taken it, so
/// every
/// delivery is made at least once whatever dies in between.
@NullMarked
package dev.millrace.notifier;

import org.jspecify.annotations.NullMarked;
