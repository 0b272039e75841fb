/// Unmodified AWS clients, and what users type, against one all-in-one.
///
/// They know nothing of Millrace but the environment that `./millrace env` prints.
@NullMarked
package dev.millrace.compatibility;

import org.jspecify.annotations.NullMarked;
