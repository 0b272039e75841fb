/// Step 5 of the flow, run: from a downloaded artifact to a [dev.millrace.invocation.port.ModelRunner].
///
/// [dev.millrace.model.ModelArtifact] unpacks what a user uploaded, [dev.millrace.model.ModelLoader] decides
/// what runs it and loads it. Nothing here knows a queue, a store or HTTP; only this module sees ONNX
/// Runtime.
@NullMarked
package dev.millrace.model;

import org.jspecify.annotations.NullMarked;
