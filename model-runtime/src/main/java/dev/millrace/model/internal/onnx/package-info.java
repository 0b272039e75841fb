/// Runs ONNX models: a session, the pool that computes, the batches it forms, and inputs that are run in
/// slices.
@NullMarked
package dev.millrace.model.internal.onnx;

import org.jspecify.annotations.NullMarked;
