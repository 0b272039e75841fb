package dev.millrace.gateway.accept;

import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;

/// The promise made to a caller: one of the two locations will hold an object.
public record AcceptedCall(
        InvocationId invocationId,
        InferenceId inferenceId,
        ObjectLocation outputLocation,
        ObjectLocation failureLocation) {}
