/// Uploaded models on disk: unpacked within bounds, and read just far enough to know that they stay in their
/// folder.
@NullMarked
package dev.millrace.model.internal.artifact;

import org.jspecify.annotations.NullMarked;
