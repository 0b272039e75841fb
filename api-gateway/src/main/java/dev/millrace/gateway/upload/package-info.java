/// Carries request bodies into the object store without keeping them: another module signs the requests, Vert.x
/// pipes the bytes with back-pressure.
///
/// Everything here runs on the event loop of the request whose body is carried.
@NullMarked
package dev.millrace.gateway.upload;

import org.jspecify.annotations.NullMarked;
