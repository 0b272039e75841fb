/// Steps 2 and 6: payloads, results, artifacts and resource documents in an S3-compatible store.
///
/// The only module that speaks S3. Knows objects, not invocations: what is stored where is the caller's
/// choice.
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;
