/// Formats of requests and answers: bytes to tensors and tensors to bytes, by content type.
///
/// Every decoder checks what it reads against the model's inputs and against limits, and refuses with a
/// message; none trusts a length or a shape that the input claims.
@NullMarked
package dev.millrace.model.internal.codec;

import org.jspecify.annotations.NullMarked;
