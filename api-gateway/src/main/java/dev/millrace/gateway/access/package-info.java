/// The access keys of an installation: kept, sealed, handed out.
@NullMarked
package dev.millrace.gateway.access;

import org.jspecify.annotations.NullMarked;
