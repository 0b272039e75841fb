/// What requests of the control plane may hold, as data: bodies come in as bytes and leave as trees that
/// satisfy
/// every rule of their shape, or as a failure in the API's own words.
///
/// Knows no operation and no resource.
@NullMarked
package dev.millrace.controlplane.shape;

import org.jspecify.annotations.NullMarked;
