/// Bounds on work in progress, each with a visible refusal, and the one place that moves work between threads.
@NullMarked
package dev.millrace.gateway.limit;

import org.jspecify.annotations.NullMarked;
