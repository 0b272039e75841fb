/// What every process needs: settings, lifecycle, health, metrics, child processes.
///
/// Knows nothing of inference.
@NullMarked
package dev.millrace.runtime;

import org.jspecify.annotations.NullMarked;
