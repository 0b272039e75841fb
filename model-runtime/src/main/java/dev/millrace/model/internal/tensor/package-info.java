/// Tensors on their way into and out of a model: element types, shapes, and buffers that native code can
/// read.
///
/// Knows no format and no runtime; the codecs fill these buffers and the runner hands them over.
@NullMarked
package dev.millrace.model.internal.tensor;

import org.jspecify.annotations.NullMarked;
