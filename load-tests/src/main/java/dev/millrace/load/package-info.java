/// Loads and breaks whole systems of real processes, and measures what comes of it.
@NullMarked
package dev.millrace.load;

import org.jspecify.annotations.NullMarked;
